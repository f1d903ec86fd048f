/* Collections: existence, filters, parts, combining, variables, aggregates, sorting. */
#include "fixture.h"

static void path_list__existence(void **state)
{
    static const row rows[] = {
        {"{}.exists()", "false"},
        {"name.exists(use = 'usual')", "true"},
        {"name.exists(use = 'old')", "false"},
        {"name.exists(family.exists())", "true"},
        {"name.empty()", "false"},
        {"name.all(given.exists())", "true"},
        {"name.all(family.exists())", "false"},
        {"{}.all(false)", "true"},
        {"(true | false).allTrue()", "false"},
        {"(true | false).anyTrue()", "true"},
        {"(true | false).anyFalse()", "true"},
        {"true.allFalse()", "false"},
        {"{}.allTrue()", "true"},
        {"{}.anyTrue()", "false"},
        {"1.allTrue()", "!VALUE"},
        {"name.count()", "2"},
        {"(1 | 2).subsetOf(1 | 2 | 3)", "true"},
        {"(1 | 2).supersetOf(1 | 3)", "false"},
        {"{}.subsetOf(1)", "true"},
        {"1.subsetOf({})", "false"},
        {"1.combine(1).isDistinct()", "false"},
        {"1.combine(1.0).combine(2).distinct()", "1,2"},
        {"name.where(true).count()", "2"},
        {"name.where({}).count()", "0"},
        {"name.where('x').count()", "2"},
        {"name.where(given)", "!VALUE"},
        {"name.select(use | family)", "\"official\",\"Nguyễn\",\"usual\""},
        {"name.select($index)", "0,1"},
        {"telecom.where($index = 1).system", "\"email\""},
        {"$index", "!VALUE"},
        {"$total", "!VALUE"},
        {"name.select($this.family)", "\"Nguyễn\""},
        {"$this.id", "\"p1\""},
    };
    (void)state;
    check_rows(patient_text, rows, COUNT(rows));
}

static void path_list__parts(void **state)
{
    static const row rows[] = {
        {"(1 | 2 | 3).first()", "1"},
        {"(1 | 2 | 3).last()", "3"},
        {"(1 | 2 | 3).tail()", "2,3"},
        {"(1 | 2 | 3).skip(2)", "3"},
        {"(1 | 2 | 3).skip(-1)", "1,2,3"},
        {"(1 | 2 | 3).skip(9)", ""},
        {"(1 | 2 | 3).take(2)", "1,2"},
        {"(1 | 2 | 3).take(0)", ""},
        {"(1 | 2 | 3).take(-9)", ""},
        {"(1 | 2 | 3)[1]", "2"},
        {"(1 | 2 | 3)[3]", ""},
        {"(1 | 2 | 3)[-1]", ""},
        {"(1 | 2 | 3)[{}]", ""},
        {"(1 | 2 | 3)['a']", "!VALUE"},
        {"(1 | 2 | 3)[1.5]", "!VALUE"},
        {"1.single()", "1"},
        {"{}.single()", ""},
        {"(1 | 2).single()", "!VALUE"},
        {"{}.first()", ""},
        {"{}.last()", ""},
        {"{}.tail()", ""},
        {"(1 | 2 | 3).intersect(2 | 3 | 4)", "2,3"},
        {"1.combine(1).intersect(1)", "1"},
        {"(1 | 2 | 3).exclude(2)", "1,3"},
        {"1.combine(1).exclude(2)", "1,1"},
        {"1.combine(1).union(2)", "1,2"},
        {"1.combine({})", "1"},
        {"{} | {}", ""},
        {"(1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 1 | 12 | 2.0).count()", "12"},
        {"('a' | 'b').combine('c' | 'a').distinct()", "\"a\",\"b\",\"c\""},
        {"(@2012 | @2012 | @2012-01).count()", "2"},
        {"(@2012-01-01T10:00:00Z | @2012-01-01T17:00:00+07:00).count()", "1"},
    };
    (void)state;
    check_rows(NULL, rows, COUNT(rows));
}

static void path_list__scopes(void **state)
{
    static const row rows[] = {
        {"iif(true, 1, 1 / 'a')", "1"},
        {"iif(false, 1)", ""},
        {"iif({}, 1, 2)", "2"},
        {"iif('x', 1, 2)", "!VALUE"},
        {"maritalStatus.iif(exists(), toString(), 'unknown')", "\"unknown\""},
        {"gender.iif(exists(), upper(), 'unknown')", "\"MALE\""},
        {"name.first().coalesce(text, family)", "\"Nguyễn\""},
        {"name.coalesce(text)", "!VALUE"},
        {"iif(1 | 2, 1, 2)", "!VALUE"},
        {"(1 | 2).iif(true, 1, 2)", "!VALUE"},
        {"'c'.iif($this = 'c', 'y', 'n')", "\"y\""},
        {"iif(name.exists(), name.first().use, 'none')", "\"official\""},
        {"coalesce({}, 1, 2)", "1"},
        {"coalesce({}, {})", ""},
        {"coalesce(name.family, name.given)", "\"Nguyễn\""},
        {"name.trace('n').count()", "2"},
        {"name.trace('n', given).count()", "2"},
        {"defineVariable('n', name.first()).select(%n.family)", "\"Nguyễn\""},
        {"name.defineVariable('all').first().select(%all.use)", "\"official\",\"usual\""},
        {"name.select(defineVariable('u', use).given.select(%u))",
         "\"official\",\"official\",\"usual\",\"usual\""},
        {"name.defineVariable('n2', skip(1).first()).select(%n2.use)", "\"usual\",\"usual\""},
        {"defineVariable('a', 1).id | defineVariable('b', 2).select(%a)", "!VALUE"},
        {"defineVariable('a', 1).defineVariable('a', 2)", "!VALUE"},
        {"defineVariable('context', 1)", "!VALUE"},
        {"defineVariable('a', 1).select(%a) | defineVariable('a', 2).select(%a)", "1,2"},
        {"(defineVariable('a', 1)).select(%a)", "!VALUE"},
        {"(1 | 2 | 3).aggregate($this + $total, 0)", "6"},
        {"(1 | 2 | 3).aggregate($this + $total)", ""},
        {"(1 | 2 | 3).aggregate(iif($total.empty(), $this, iif($this > $total, $this, $total)))",
         "3"},
        {"('a' | 'b').aggregate($total & $this & $index.toString(), '')", "\"a0b1\""},
        {"{}.aggregate($this, 5)", "5"},
        {"%context.id", "\"p1\""},
        {"name.first().select(%resource.id)", "\"p1\""},
        {"%rootResource.id", "\"p1\""},
    };
    (void)state;
    check_rows(patient_text, rows, COUNT(rows));
}

static void path_sort__keys(void **state)
{
    static const row rows[] = {
        {"(3 | 1 | 2).sort()", "1,2,3"},
        {"(3 | 1 | 2).sort(-$this)", "3,2,1"},
        {"(3 | 1 | 2).sort($this desc)", "3,2,1"},
        {"(3 | 1 | 2).sort($this asc)", "1,2,3"},
        {"('b' | 'a').sort(-$this)", "\"b\",\"a\""},
        {"telecom.sort(rank).system", "\"email\",\"phone\""},
        {"telecom.sort(-rank).system", "\"phone\",\"email\""},
        {"name.sort(family).use", "\"usual\",\"official\""},
        {"name.sort(-family).use", "\"usual\",\"official\""},
        {"name.sort(given)", "!VALUE"},
        {"(1 | 'a').sort()", "!VALUE"},
        {"{}.sort()", ""},
        {"(5 | 4 | 3 | 2 | 1 | 9 | 8 | 7 | 6).sort($this mod 3, $this)", "3,6,9,1,4,7,2,5,8"},
    };
    (void)state;
    check_rows(patient_text, rows, COUNT(rows));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(path_list__existence),
        cmocka_unit_test(path_list__parts),
        cmocka_unit_test(path_list__scopes),
        cmocka_unit_test(path_sort__keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
