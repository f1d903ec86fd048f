/* Names of dimensions: one constant text for each, such as "g.m-3". Search keeps them as keys and
 * compares them, so they must be the same for every unit of a dimension and live for ever;
 * composing them at run time would need a table that a hostile client can grow. So all dimensions
 * within reach are written out by the preprocessor, about 100 KB of constants of which a running
 * server touches a page or two. Each begins with a dot that is not part of it. */
#include "fhir/ucum_int.h"

/* mass, substance, length, time: g-1..g1, mol-1..mol1, m-6..m4, s-3..s3 */
#define TIME(p)                                                                                    \
    {                                                                                              \
        p ".s-3", p ".s-2", p ".s-1", p, p ".s", p ".s2", p ".s3"                                  \
    }
#define LENGTH(p)                                                                                  \
    {                                                                                              \
        TIME(p ".m-6"), TIME(p ".m-5"), TIME(p ".m-4"), TIME(p ".m-3"), TIME(p ".m-2"),            \
            TIME(p ".m-1"), TIME(p), TIME(p ".m"), TIME(p ".m2"), TIME(p ".m3"), TIME(p ".m4")     \
    }
#define SUBSTANCE(p)                                                                               \
    {                                                                                              \
        LENGTH(p ".mol-1"), LENGTH(p), LENGTH(p ".mol")                                            \
    }

static const char plain[3][3][11][7][24] = {SUBSTANCE(".g-1"), SUBSTANCE(""), SUBSTANCE(".g")};

/* heat, electricity, angle, light: powers -2..2, g-1..g1, m-3..m2, s-2..s3 */
#define TIME_6(p)                                                                                  \
    {                                                                                              \
        p ".s-2", p ".s-1", p, p ".s", p ".s2", p ".s3"                                            \
    }
#define LENGTH_6(p)                                                                                \
    {                                                                                              \
        TIME_6(p ".m-3"), TIME_6(p ".m-2"), TIME_6(p ".m-1"), TIME_6(p), TIME_6(p ".m"),           \
            TIME_6(p ".m2")                                                                        \
    }
#define MASS_3(p)                                                                                  \
    {                                                                                              \
        LENGTH_6(p ".g-1"), LENGTH_6(p), LENGTH_6(p ".g")                                          \
    }
#define PHYSICAL(p)                                                                                \
    {                                                                                              \
        MASS_3(p "-2"), MASS_3(p "-1"), {{{{0}}}}, MASS_3(p), MASS_3(p "2")                        \
    }

static const char physical[5][5][3][6][6][24] = {
    PHYSICAL(".K"), PHYSICAL(".C"), PHYSICAL(".rad"), PHYSICAL(".cd"), PHYSICAL(".lm"),
};

/* arbitrary units: powers -1 and 1, per mass, per volume and the like, per time */
#define TIME_2(p)                                                                                  \
    {                                                                                              \
        p ".s-1", p                                                                                \
    }
#define LENGTH_4(p)                                                                                \
    {                                                                                              \
        TIME_2(p ".m-3"), TIME_2(p ".m-2"), TIME_2(p ".m-1"), TIME_2(p)                            \
    }
#define MASS_2(p)                                                                                  \
    {                                                                                              \
        LENGTH_4(p ".g-1"), LENGTH_4(p)                                                            \
    }
#define ARBITRARY(id, p) {MASS_2("." p "-1"), MASS_2("." p)},

static const char arbitrary[][2][2][4][2][28] = {ANS_UCUM_ARBITRARY(ARBITRARY)};

static bool within(int value, int low, int high)
{
    return value >= low && value <= high;
}

static const char *find(ans_ucum_dim d)
{
    if (d.kind == ANS_UCUM_NONE) {
        bool known =
            within(d.g, -1, 1) && within(d.mol, -1, 1) && within(d.m, -6, 4) && within(d.s, -3, 3);
        return known ? plain[d.g + 1][d.mol + 1][d.m + 6][d.s + 3] : NULL;
    }
    if (d.mol != 0) {
        return NULL;
    }
    if (d.kind <= ANS_UCUM_LM) {
        bool known = within(d.power, -2, 2) && within(d.g, -1, 1) && within(d.m, -3, 2) &&
                     within(d.s, -2, 3);
        return known ? physical[d.kind - ANS_UCUM_K][d.power + 2][d.g + 1][d.m + 3][d.s + 2] : NULL;
    }
    bool known =
        within(d.power, -1, 1) && within(d.g, -1, 0) && within(d.m, -3, 0) && within(d.s, -1, 0);
    return known ? arbitrary[d.kind - ANS_UCUM_IU][d.power > 0][d.g + 1][d.m + 3][d.s + 1] : NULL;
}

ans_str ans_ucum_dim_text(ans_ucum_dim dim)
{
    const char *text = find(dim);
    if (!text) {
        return ANS_STR_NONE;
    }
    return text[0] ? ans_str_of(text + 1) : ANS_STR("1");
}
