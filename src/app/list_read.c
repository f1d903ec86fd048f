/* From a table to entries. Columns are found by their heads, wherever the head line stands in the first twenty; whatever column has
 * no role becomes a property of the code under its own head, so that flags which a later list adds are kept. */
#include <stdio.h>

#include "app/list.h"
#include "base/sort.h"
#include "search/search.h"

enum { HEAD_ROWS = 20, LONGEST_CODE = 100, LONGEST_NAME = 2000, LONGEST_HEAD = 300 };

#define CODE_HEADS "code|ma|ma benh|ma icd|ma icd 10|ma chuong|ma danh muc|ma ky thuat|ma dvkt|ma don vi|ma tinh|ma xa|ma phuong xa|range"
#define VI_HEADS "vi|vietnamese|ten|ten benh|ten tieng viet|ten ky thuat|ten dich vu|ten danh muc ky thuat|ten don vi|ten tinh|ten xa|display|name"
#define EN_HEADS "en|english|disease name|ten tieng anh"

static const list_column icd10_columns[] = {
    {ROLE_CODE, true, CODE_HEADS, NULL},
    {ROLE_VI, true, VI_HEADS, NULL},
    {ROLE_EN, false, EN_HEADS, NULL},
    {ROLE_CHAPTER, false, "chapter|chuong|nhom chuong", NULL},
    {ROLE_BLOCK, false, "block|nhom|nhom benh|ma nhom", NULL},
    {ROLE_PARENT, false, "type|loai|ma loai", "type"},
    {ROLES, false, NULL, NULL},
};
static const list_column chapter_columns[] = {
    {ROLE_CODE, true, CODE_HEADS, NULL},
    {ROLE_VI, true, VI_HEADS, NULL},
    {ROLE_EN, false, EN_HEADS, NULL},
    {ROLE_PROPERTY, false, "number|so|so chuong", "number"},
    {ROLES, false, NULL, NULL},
};
static const list_column technique_columns[] = {
    {ROLE_CODE, true, CODE_HEADS, NULL},
    {ROLE_VI, true, VI_HEADS, NULL},
    {ROLE_EN, false, EN_HEADS, NULL},
    {ROLE_PROPERTY, false, "chapter|chuong", "chapter"},
    {ROLES, false, NULL, NULL},
};
static const list_column tier_columns[] = {
    {ROLE_CODE, true, "equivalent|ma tuong duong", NULL},
    {ROLE_VI, true, VI_HEADS, NULL},
    {ROLE_EN, false, EN_HEADS, NULL},
    {ROLES, false, NULL, NULL},
};
static const list_column province_columns[] = {
    {ROLE_CODE, true, CODE_HEADS, NULL},
    {ROLE_VI, true, VI_HEADS, NULL},
    {ROLE_EN, false, EN_HEADS, NULL},
    {ROLES, false, NULL, NULL},
};
static const list_column ward_columns[] = {
    {ROLE_CODE, true, CODE_HEADS, NULL},
    {ROLE_VI, true, VI_HEADS, NULL},
    {ROLE_EN, false, EN_HEADS, NULL},
    {ROLE_PROPERTY, true, "province_code|province code|tinh|ma tinh tp", "province"},
    {ROLES, false, NULL, NULL},
};

#define DRAFT "http://fhir.hl7.org.vn/core/"

static const list_kind kinds[] = {
    {"icd10", "vn-icd10", DRAFT "CodeSystem/vn-icd10-cs", DRAFT "ValueSet/vn-icd10-vs", "Phân loại bệnh tật ICD-10 Việt Nam",
     "ICD-10, Vietnamese edition", icd10_columns, true, false, "QĐ 4469/QĐ-BYT (2020); TT 06/2026/TT-BYT"},
    {"icd10-chapters", "vn-icd10-chapters", "urn:ansinh:list:icd10-chapters", "urn:ansinh:list:icd10-chapters:all", "Các chương của ICD-10",
     "Chapters of ICD-10", chapter_columns, false, false, "QĐ 4469/QĐ-BYT (2020)"},
    {"techniques", "vn-techniques", "urn:ansinh:list:techniques", "urn:ansinh:list:techniques:all", "Danh mục kỹ thuật trong khám bệnh, chữa bệnh",
     "Techniques of examination and treatment", technique_columns, false, true, "TT 23/2024/TT-BYT"},
    {"techniques-tt43", "vn-techniques-tt43", "urn:ansinh:list:techniques-tt43", "urn:ansinh:list:techniques-tt43:all",
     "Danh mục kỹ thuật theo tuyến (TT 43/2013)", "Techniques by tier, by their codes of equivalence", tier_columns, false, false,
     "TT 43/2013/TT-BYT"},
    {"provinces", "vn-province", DRAFT "CodeSystem/vn-province-cs", DRAFT "ValueSet/vn-province-vs", "Đơn vị hành chính cấp tỉnh",
     "Provinces", province_columns, false, false, "QĐ 19/2025/QĐ-TTg"},
    {"wards", "vn-ward", DRAFT "CodeSystem/vn-ward-cs", DRAFT "ValueSet/vn-ward-vs", "Đơn vị hành chính cấp xã", "Communes and wards", ward_columns,
     false, false, "QĐ 19/2025/QĐ-TTg"},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

const list_kind *list_kind_named(const char *name)
{
    for (size_t i = 0; i < KINDS; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}

const list_kind *list_kind_at(uint32_t i)
{
    return i < KINDS ? &kinds[i] : NULL;
}

void list_kinds_say(void)
{
    for (size_t i = 0; i < KINDS; i++) {
        say("  %-15s %s", kinds[i].name, kinds[i].title_en);
    }
}

/* ---- heads ---- */

typedef struct reading {
    ans_cx *cx;
    const list_kind *kind;
    const sheet *table;
    const list_column *of[SHEET_COLUMNS]; /* what a column of the table is */
    ans_str heads[SHEET_COLUMNS];
    bool leave_out;
    list_entries *out;
    ans_list_refusal refused; /* why the row at hand cannot be taken */
    ans_str chapter; /* of the numbered code before */
    uint64_t number;
} reading;

static ans_str cell(const sheet_row *r, uint32_t column)
{
    return column < r->count ? r->cells[column] : ANS_STR_NONE;
}

static bool is_named(const char *names, ans_str head)
{
    ans_str rest = ans_str_of(names), one;
    for (bool more = true; more;) {
        more = ans_str_cut(&rest, '|', &one);
        if (ans_str_eq(one, head)) {
            return true;
        }
    }
    return false;
}

/* A head as it is compared: without accents, case, line ends and underscores. */
static ans_str plain_head(reading *r, ans_str head)
{
    ans_str folded = ans_text_fold(r->cx->arena, head);
    char *p = (char *)(uintptr_t)folded.p;
    for (size_t i = 0; i < folded.n; i++) {
        p[i] = p[i] == '_' || p[i] == '-' ? ' ' : p[i];
    }
    return folded;
}

static bool read_heads(reading *r, const sheet_row *row)
{
    bool is_there[16] = {false};
    memset(r->of, 0, sizeof r->of);
    for (uint32_t i = 0; i < r->table->columns; i++) {
        r->heads[i] = cell(row, i);
        /* Workbooks name one long text from as many cells as they like: what is too long for a head is not looked at. */
        ans_str head = r->heads[i].n > LONGEST_HEAD ? ANS_STR_NONE : plain_head(r, r->heads[i]);
        for (uint32_t k = 0; head.n && r->kind->columns[k].names; k++) {
            const list_column *c = &r->kind->columns[k];
            if (!is_there[k] && (is_named(c->names, head) || is_named(c->names, r->heads[i]))) {
                r->of[i] = c;
                is_there[k] = true;
                break;
            }
        }
    }
    for (uint32_t k = 0; r->kind->columns[k].names; k++) {
        if (r->kind->columns[k].is_needed && !is_there[k]) {
            return false;
        }
    }
    return true;
}

static ans_err check_heads(reading *r, uint32_t line)
{
    for (uint32_t i = 0; i < r->table->columns; i++) {
        if (r->heads[i].n > LONGEST_HEAD) {
            return ans_issue_add(r->cx, ANS_E_INVALID, ANS_STR_NONE, "line %u: the head of column %u has more than %d bytes", line, i + 1, LONGEST_HEAD);
        }
    }
    return ANS_OK;
}

static ans_err find_heads(reading *r, uint32_t *out_first)
{
    for (uint32_t i = 0; i < r->table->count && i < HEAD_ROWS; i++) {
        if (read_heads(r, &r->table->rows[i])) {
            *out_first = i + 1;
            return check_heads(r, r->table->rows[i].line);
        }
    }
    ans_buf b;
    ans_str wanted;
    ans_buf_init_arena(&b, r->cx->arena, 1000);
    for (uint32_t k = 0; r->kind->columns[k].names; k++) {
        if (r->kind->columns[k].is_needed) {
            ans_str rest = ans_str_of(r->kind->columns[k].names), one;
            (void)ans_str_cut(&rest, '|', &one); /* the only name */
            ans_buf_fmt(&b, "%s%.*s", b.n ? ", " : "", ANS_FMT(one));
        }
    }
    return ans_buf_finish(&b, &wanted) == ANS_OK
               ? ans_issue_add(r->cx, ANS_E_INVALID, ANS_STR_NONE, "none of the first %d lines heads the columns %.*s", HEAD_ROWS, ANS_FMT(wanted))
               : ANS_E_NOMEM;
}

/* ---- rows ---- */

/* The column of the table that has a role, from 1; 0: none has. */
static uint32_t column_of(const reading *r, list_role role)
{
    for (uint32_t i = 0; i < r->table->columns; i++) {
        if (r->of[i] && r->of[i]->role == role) {
            return i + 1;
        }
    }
    return 0;
}

static ans_err wrong(reading *r, uint32_t line, list_role role, const char *why, const char *what, ans_str name)
{
    r->refused = (ans_list_refusal){.line = line, .column = column_of(r, role), .why = why};
    return ans_issue_add(r->cx, ANS_E_INVALID, ANS_STR_NONE, "line %u: %s%s%.*s", line, what, name.n ? ": " : "", ANS_FMT(name));
}

static ans_err add_entry(reading *r, list_entry e)
{
    list_entries *all = r->out;
    list_entry *at = ans_arena_grow(r->cx->arena, all->at, all->count, &all->cap, 1024, sizeof *at);
    if (!at) {
        return ans_cx_nomem(r->cx);
    }
    all->at = at;
    at[all->count++] = e;
    return ANS_OK;
}

static ans_err add_property(reading *r, list_entry *e, ans_str code, ans_str value)
{
    list_property *p = ans_arena_grow(r->cx->arena, e->properties, e->property_count, &e->property_cap, 4, sizeof *p);
    if (!p) {
        return ans_cx_nomem(r->cx);
    }
    e->properties = p;
    p[e->property_count++] = (list_property){code, value};
    return ANS_OK;
}

/* The marks of ICD-10 behind a code: † a disease underlying, * its manifestation. */
static ans_err take_marks(reading *r, list_entry *e)
{
    static const ans_str dagger = ANS_STR("†"), sign = ANS_STR("*"), plus = ANS_STR("+");
    ans_err err = ANS_OK;
    for (bool again = true; again && err == ANS_OK;) {
        ans_str c = e->code;
        bool is_dagger = c.n > dagger.n && ans_str_eq(ans_str_from(c, c.n - dagger.n), dagger);
        bool is_plus = c.n > 1 && ans_str_eq(ans_str_from(c, c.n - 1), plus), is_sign = c.n > 1 && ans_str_eq(ans_str_from(c, c.n - 1), sign);
        again = is_dagger || is_plus || is_sign;
        e->code = ans_str_trim(ans_str_head(c, c.n - (is_dagger ? dagger.n : again ? 1 : 0)));
        err = again ? add_property(r, e, is_sign ? ANS_STR("asterisk") : ANS_STR("dagger"), ANS_STR("true")) : ANS_OK;
    }
    return err;
}

/* "1.1" behind "1.9" was "1.10": the number that comes next, without its zeros. */
static ans_err restore_zeros(reading *r, list_entry *e)
{
    ans_str number = e->code, chapter;
    uint64_t n, next = r->number + 1;
    if (!r->kind->is_numbered || !ans_str_cut(&number, '.', &chapter) || !number.n || number.p[0] == '0' || !ans_str_u64(number, &n)) {
        r->chapter = ANS_STR_NONE;
        return ANS_OK;
    }
    for (uint64_t m = n * 10; ans_str_eq(chapter, r->chapter) && m <= next && n > 0 && n < UINT32_MAX; m *= 10) {
        if (m == next) {
            e->code = ans_arena_fmt(r->cx->arena, "%.*s.%llu", ANS_FMT(chapter), (unsigned long long)next);
            n = next;
            r->out->restored++;
        }
    }
    r->chapter = chapter;
    r->number = n;
    return e->code.p ? ANS_OK : ans_cx_nomem(r->cx);
}

static bool is_code(ans_str s)
{
    bool good = s.n && s.n <= LONGEST_CODE;
    for (size_t i = 0; good && i < s.n; i++) { /* R4's type code: no white space at its ends, single blanks within */
        good = (unsigned char)s.p[i] > ' ' || (s.p[i] == ' ' && i > 0 && s.p[i - 1] != ' ');
    }
    return good;
}

static bool is_yes(ans_str s)
{
    return ans_str_ieq(s, ANS_STR("x")) || ans_str_ieq(s, ANS_STR("true")) || ans_str_eq(s, ANS_STR("có"));
}

static ans_err read_cell(reading *r, const sheet_row *row, uint32_t column, list_entry *e, ans_str *chapter, ans_str *block)
{
    const list_column *c = r->of[column];
    ans_str text = cell(row, column);
    if (!text.n || (!c && !r->heads[column].n)) {
        return ANS_OK;
    }
    if (!c) {
        return add_property(r, e, r->heads[column], is_yes(text) ? ANS_STR("true") : text);
    }
    switch (c->role) {
    case ROLE_CODE:
        e->code = text;
        return sheet_is_number(row, column) && !r->kind->is_numbered
                   ? wrong(r, row->line, ROLE_CODE, "number", "the code is kept as a number, which has lost its zeros: make the column text", ANS_STR_NONE)
                   : ANS_OK;
    case ROLE_VI:
        e->vi = text;
        return ANS_OK;
    case ROLE_EN:
        e->en = text;
        return ANS_OK;
    case ROLE_CHAPTER:
        *chapter = text;
        return ANS_OK;
    case ROLE_BLOCK:
        *block = text;
        return ANS_OK;
    case ROLE_PARENT:
        e->parent = ans_str_eq(text, e->code) ? e->parent : text;
        return ANS_OK;
    default:
        return add_property(r, e, ans_str_of(c->property), text);
    }
}

typedef struct group {
    ans_str code, parent;
} group;

typedef struct groups {
    group last[2]; /* the chapter and the block of the row before: lists are in order, so most rows have the same */
} groups;

static ans_err add_group(reading *r, groups *g, int which, ans_str code, ans_str parent)
{
    if (!code.n || ans_str_eq(g->last[which].code, code)) {
        return ANS_OK;
    }
    g->last[which] = (group){code, parent};
    return add_entry(r, (list_entry){.code = code, .vi = code, .parent = parent, .is_group = true}); /* twice: refuse_twice */
}

static ans_err read_row(reading *r, const sheet_row *row, groups *g)
{
    list_entry e = {.line = row->line};
    ans_str chapter = ANS_STR_NONE, block = ANS_STR_NONE;
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < r->table->columns; i++) {
        err = read_cell(r, row, i, &e, &chapter, &block);
    }
    if (err != ANS_OK) {
        return err;
    }
    if (!e.code.n && !e.vi.n) {
        return ANS_OK; /* a note below the table */
    }
    err = r->kind->is_icd ? take_marks(r, &e) : restore_zeros(r, &e);
    if (err == ANS_OK && (!is_code(e.code) || (chapter.n && !is_code(chapter)) || (block.n && !is_code(block)))) {
        list_role role = !is_code(e.code) ? ROLE_CODE : chapter.n && !is_code(chapter) ? ROLE_CHAPTER : ROLE_BLOCK;
        return wrong(r, row->line, role, "code", "the code, its chapter or its block is no code", ANS_STR_NONE);
    }
    if (err == ANS_OK && (!e.vi.n || e.vi.n > LONGEST_NAME)) {
        return wrong(r, row->line, ROLE_VI, "name", "the code has no name, or one of more than 2000 bytes", e.code);
    }
    err = err == ANS_OK ? add_group(r, g, 0, chapter, ANS_STR_NONE) : err;
    err = err == ANS_OK ? add_group(r, g, 1, block, chapter) : err;
    if (!e.parent.n || ans_str_eq(e.parent, e.code)) {
        e.parent = block.n ? block : chapter;
    }
    return err == ANS_OK ? add_entry(r, e) : err;
}

/* ---- codes twice ---- */

static int by_code(const void *a, const void *b)
{
    const list_entry *x = *(const list_entry *const *)a, *y = *(const list_entry *const *)b;
    int order = ans_str_cmp(x->code, y->code);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

static bool has_mark(const list_entry *e)
{
    for (uint32_t i = 0; i < e->property_count; i++) {
        if (ans_str_is(e->properties[i].code, "dagger") || ans_str_is(e->properties[i].code, "asterisk")) {
            return true;
        }
    }
    return false;
}

/* ICD-10 lists some codes once without their mark and once with it: one code, with the mark, by both names. The first stays. */
static bool join_marked(const reading *r, list_entry *first, const list_entry *second)
{
    if (has_mark(first) == has_mark(second) || !r->kind->is_icd) {
        return ans_str_eq(first->vi, second->vi); /* the same line again */
    }
    first->other = ans_str_eq(first->vi, second->vi) ? first->other : second->vi;
    if (has_mark(second)) {
        first->properties = second->properties;
        first->property_count = second->property_count;
        first->property_cap = second->property_cap;
    }
    return true;
}

/* False: it stops the import. */
static bool leaves_out(reading *r, ans_err *err)
{
    list_entries *out = r->out;
    if (*err != ANS_E_INVALID || !r->refused.line) {
        return false;
    }
    if (!out->refusals) {
        out->refusals = ANS_NEW_N(r->cx->arena, ans_list_refusal, ANS_LIST_REFUSED);
    }
    if (!out->refusals) {
        *err = ans_cx_nomem(r->cx);
        return false;
    }
    if (out->refused < ANS_LIST_REFUSED && r->cx->last_) {
        r->refused.text = r->cx->last_->text;
        out->refusals[out->refused] = r->refused;
    }
    out->refused++;
    r->refused.line = 0;
    if (!r->leave_out) {
        return false;
    }
    r->cx->issues = r->cx->last_ = NULL;
    *err = ANS_OK;
    return true;
}

static ans_err refuse_twice(reading *r)
{
    list_entries *all = r->out;
    list_entry **sorted = ANS_NEW_N(r->cx->arena, list_entry *, all->count + 1);
    bool *gone = ANS_NEW_N(r->cx->arena, bool, all->count + 1);
    if (!sorted || !gone) {
        return ans_cx_nomem(r->cx);
    }
    for (uint32_t i = 0; i < all->count; i++) {
        sorted[i] = &all->at[i];
    }
    ans_sort(sorted, all->count, sizeof *sorted, by_code);
    for (uint32_t i = 1; i < all->count; i++) {
        list_entry *a = sorted[i - 1], *b = sorted[i];
        if (!ans_str_eq(a->code, b->code)) {
            continue;
        }
        if (a->line == 0) { /* a chapter or block met again, or that has a line of its own, which says its name */
            b->parent = a->parent;
            b->is_group = true;
            gone[i - 1] = true;
            continue;
        }
        sorted[i] = a; /* the first is compared with what follows, too */
        sorted[i - 1] = b;
        gone[i - 1] = true;
        if (!join_marked(r, a, b)) {
            r->refused = (ans_list_refusal){.line = b->line, .column = column_of(r, ROLE_CODE), .why = "twice", .before = a->line};
            ans_err err = ans_issue_add(r->cx, ANS_E_INVALID, ANS_STR_NONE, "line %u: this code stood in line %u already: %.*s", b->line, a->line,
                                        ANS_FMT(b->code));
            if (!leaves_out(r, &err)) {
                return err;
            }
        }
    }
    for (uint32_t i = 0; i < all->count; i++) { /* now that all were compared */
        sorted[i]->code = gone[i] ? ANS_STR_NONE : sorted[i]->code;
    }
    return ANS_OK;
}

ans_err list_read(ans_cx *cx, const list_kind *kind, const sheet *table, bool leave_out, list_entries *out)
{
    reading *r = ANS_NEW(cx->arena, reading);
    groups g = {0};
    uint32_t first = 0;
    if (!r) {
        return ans_cx_nomem(cx);
    }
    *r = (reading){.cx = cx, .kind = kind, .table = table, .leave_out = leave_out, .out = out};
    *out = (list_entries){0};
    ans_err err = find_heads(r, &first);
    for (uint32_t i = first; err == ANS_OK && i < table->count; i++) {
        err = read_row(r, &table->rows[i], &g);
        (void)leaves_out(r, &err); /* err says it */
    }
    err = err == ANS_OK ? refuse_twice(r) : err;
    if (err == ANS_OK && !out->count) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR_NONE, "the table has no codes");
    }
    return err;
}
