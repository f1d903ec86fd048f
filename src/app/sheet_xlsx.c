/* The first sheet of an Excel workbook: a zip of XML. Of XML only what such files hold is read: elements, attributes, text, the five
 * entities and numbers of characters. A document type, by which XML grows and reaches out, is refused. Nothing here recurses.
 * spec: ECMA-376 part 1, 18.3 (worksheets), 18.4 (shared strings) */
#include "app/sheet.h"
#include "app/zip.h"

/* ---- XML, one tag at a time ---- */

typedef struct xml {
    ans_cx *cx;
    ans_str rest;
    ans_str text;       /* in front of the tag, still escaped */
    ans_str name;       /* of the tag, without its prefix */
    ans_str attributes;
    bool is_end, is_empty; /* </x>, <x/> */
    ans_err err;
} xml;

static bool bad(xml *x, const char *what)
{
    x->err = ans_issue_add(x->cx, ANS_E_SYNTAX, ANS_STR_NONE, "the workbook cannot be read: %s", what);
    return false;
}

/* Behind a comment or an instruction. */
static bool skip_to(xml *x, const char *end)
{
    ptrdiff_t at = ans_str_search(x->rest, ans_str_of(end));
    if (at < 0) {
        return bad(x, "something is not closed");
    }
    x->rest = ans_str_from(x->rest, (size_t)at + strlen(end));
    return true;
}

static bool next_tag(xml *x)
{
    ans_str tag, name;
    for (;;) {
        ptrdiff_t at = ans_str_find(x->rest, '<');
        if (at < 0) {
            return false;
        }
        x->text = ans_str_head(x->rest, (size_t)at);
        x->rest = ans_str_from(x->rest, (size_t)at + 1);
        if (ans_str_starts(x->rest, ANS_STR("!--"))) {
            if (!skip_to(x, "-->")) {
                return false;
            }
        } else if (ans_str_starts(x->rest, ANS_STR("?"))) {
            if (!skip_to(x, "?>")) {
                return false;
            }
        } else if (ans_str_starts(x->rest, ANS_STR("!"))) {
            return bad(x, "it has a document type or CDATA");
        } else {
            break;
        }
    }
    if (!ans_str_cut(&x->rest, '>', &tag)) { /* these writers escape > in attributes */
        return bad(x, "a tag is not closed");
    }
    x->is_end = ans_str_starts(tag, ANS_STR("/"));
    tag = x->is_end ? ans_str_from(tag, 1) : tag;
    x->is_empty = tag.n && tag.p[tag.n - 1] == '/';
    tag.n -= x->is_empty;
    size_t n = 0;
    while (n < tag.n && (unsigned char)tag.p[n] > ' ') {
        n++;
    }
    name = ans_str_head(tag, n);
    x->attributes = ans_str_from(tag, n);
    ptrdiff_t prefix = ans_str_find(name, ':');
    x->name = prefix < 0 ? name : ans_str_from(name, (size_t)prefix + 1);
    return true;
}

/* The value of an attribute, with or without a prefix before its name; empty: it has none. */
static ans_str attribute(const xml *x, const char *name)
{
    ans_str rest = x->attributes, key, value;
    size_t n = strlen(name);
    while (ans_str_cut(&rest, '=', &key)) {
        rest = ans_str_trim(rest);
        key = ans_str_trim(key);
        if (!rest.n || (rest.p[0] != '"' && rest.p[0] != '\'')) {
            return ANS_STR_NONE;
        }
        char quote = rest.p[0];
        rest = ans_str_from(rest, 1);
        if (!ans_str_cut(&rest, quote, &value)) {
            return ANS_STR_NONE;
        }
        if (key.n >= n && memcmp(key.p + key.n - n, name, n) == 0 && (key.n == n || key.p[key.n - n - 1] == ':')) {
            return value;
        }
    }
    return ANS_STR_NONE;
}

static void put_letter(ans_buf *b, uint32_t c)
{
    if (c < 0x80) {
        ans_buf_add_c(b, (char)c);
    } else if (c < 0x800) {
        ans_buf_add_c(b, (char)(0xC0 | c >> 6));
        ans_buf_add_c(b, (char)(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
        ans_buf_add_c(b, (char)(0xE0 | c >> 12));
        ans_buf_add_c(b, (char)(0x80 | (c >> 6 & 0x3F)));
        ans_buf_add_c(b, (char)(0x80 | (c & 0x3F)));
    } else {
        ans_buf_add_c(b, (char)(0xF0 | c >> 18));
        ans_buf_add_c(b, (char)(0x80 | (c >> 12 & 0x3F)));
        ans_buf_add_c(b, (char)(0x80 | (c >> 6 & 0x3F)));
        ans_buf_add_c(b, (char)(0x80 | (c & 0x3F)));
    }
}

static bool number_of(ans_str digits, uint32_t *out)
{
    bool is_hex = ans_str_starts(digits, ANS_STR("x"));
    uint64_t n = 0;
    digits = is_hex ? ans_str_from(digits, 1) : digits;
    if (!digits.n || digits.n > 8) {
        return false;
    }
    for (size_t i = 0; i < digits.n; i++) {
        char c = digits.p[i];
        uint32_t d = c >= '0' && c <= '9' ? (uint32_t)(c - '0') : is_hex && (c | 32) >= 'a' && (c | 32) <= 'f' ? (uint32_t)((c | 32) - 'a' + 10) : 99;
        if (d == 99) {
            return false;
        }
        n = n * (is_hex ? 16 : 10) + d;
    }
    *out = (uint32_t)n;
    return n && n <= 0x10FFFF && (n < 0xD800 || n > 0xDFFF);
}

static bool put_entity(ans_buf *b, ans_str name)
{
    static const struct {
        const char *name;
        char c;
    } known[] = {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
    uint32_t letter;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (ans_str_is(name, known[i].name)) {
            ans_buf_add_c(b, known[i].c);
            return true;
        }
    }
    if (!ans_str_starts(name, ANS_STR("#")) || !number_of(ans_str_from(name, 1), &letter)) {
        return false;
    }
    put_letter(b, letter);
    return true;
}

static void add_text(xml *x, ans_buf *b, ans_str text)
{
    ans_str plain, name;
    while (ans_str_cut(&text, '&', &plain)) {
        ans_buf_add(b, plain);
        if (!ans_str_cut(&text, ';', &name) || !put_entity(b, name)) {
            (void)bad(x, "a character is written in a way that is not known");
            return;
        }
    }
    ans_buf_add(b, plain);
}

/* ---- shared strings ---- */

typedef struct strings {
    ans_str *at;
    uint32_t count, cap;
} strings;

static ans_err add_string(ans_cx *cx, ans_buf *b, strings *out)
{
    ans_str one;
    if (out->count == SHEET_CELLS) { /* five bytes of XML make one */
        return ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR_NONE, "the workbook has more than %d texts", SHEET_CELLS);
    }
    ans_str *at = ans_arena_grow(cx->arena, out->at, out->count, &out->cap, 256, sizeof *at);
    ans_err err = ans_buf_finish(b, &one);
    one = at ? ans_arena_dup(cx->arena, one) : ANS_STR_NONE;
    if (err == ANS_OK && !one.p) {
        return ans_cx_nomem(cx);
    }
    if (err == ANS_OK) {
        out->at = at;
        at[out->count++] = one;
    }
    ans_buf_reset(b);
    return err;
}

/* <si> holds <t>, or several in runs; <rPh> says how something is pronounced and is left out. */
static ans_err read_strings(ans_cx *cx, ans_str text, strings *out)
{
    xml x = {.cx = cx, .rest = text};
    ans_buf b;
    bool in_text = false, is_spoken = false;
    ans_buf_init(&b, SHEET_BYTES);
    while (next_tag(&x) && x.err == ANS_OK) {
        if (x.is_end && in_text && ans_str_is(x.name, "t")) {
            add_text(&x, &b, x.text);
            in_text = false;
        } else if (ans_str_is(x.name, "t")) {
            in_text = !x.is_empty && !is_spoken;
        } else if (ans_str_is(x.name, "rPh")) {
            is_spoken = !x.is_end && !x.is_empty;
        } else if (ans_str_is(x.name, "si") && (x.is_end || x.is_empty)) {
            x.err = x.err == ANS_OK ? add_string(cx, &b, out) : x.err;
        }
    }
    ans_buf_done(&b);
    return x.err;
}

/* ---- the sheet ---- */

/* "BC12" -> 54 */
static uint32_t column_of(ans_str ref, uint32_t otherwise)
{
    uint32_t n = 0;
    for (size_t i = 0; i < ref.n && i < 4 && ref.p[i] >= 'A' && ref.p[i] <= 'Z'; i++) {
        n = n * 26 + (uint32_t)(ref.p[i] - 'A' + 1);
    }
    return n ? n - 1 : otherwise;
}

typedef struct cell {
    uint32_t column;
    ans_str type;
    ans_buf text;
    bool in_value; /* within <v> or <t> */
} cell;

static ans_err put_cell(sheet_writer *w, cell *c, const strings *shared)
{
    ans_str text;
    uint64_t at;
    ans_err err = ans_buf_finish(&c->text, &text);
    if (err != ANS_OK || !text.n) {
        return err;
    }
    if (ans_str_is(c->type, "s")) {
        if (!ans_str_u64(text, &at) || at >= shared->count) {
            return ans_issue_add(w->cx, ANS_E_SYNTAX, ANS_STR_NONE, "the workbook cannot be read: a text is not there");
        }
        return sheet_put(w, c->column, shared->at[at], false);
    }
    if (ans_str_is(c->type, "e")) {
        return ANS_OK; /* #N/A and the like */
    }
    text = ans_arena_dup(w->cx->arena, text);
    bool is_number = !c->type.n || ans_str_is(c->type, "n");
    return text.p ? sheet_put(w, c->column, text, is_number) : ans_cx_nomem(w->cx);
}

static ans_err take_tag(xml *x, sheet_writer *w, cell *c, const strings *shared, uint32_t *row)
{
    uint64_t n;
    if (ans_str_is(x->name, "row")) {
        if (x->is_end) {
            return sheet_end_row(w, *row);
        }
        *row = ans_str_u64(attribute(x, "r"), &n) && n <= UINT32_MAX ? (uint32_t)n : *row + 1;
        c->column = UINT32_MAX;
    } else if (ans_str_is(x->name, "c") && !x->is_end) {
        c->column = column_of(attribute(x, "r"), c->column + 1);
        c->type = attribute(x, "t");
        ans_buf_reset(&c->text);
    } else if (ans_str_is(x->name, "v") || ans_str_is(x->name, "t")) {
        if (x->is_end && c->in_value) {
            add_text(x, &c->text, x->text);
        }
        c->in_value = !x->is_end && !x->is_empty;
    }
    return x->err == ANS_OK && ans_str_is(x->name, "c") && x->is_end ? put_cell(w, c, shared) : x->err;
}

static ans_err read_cells(sheet_writer *w, ans_str text, const strings *shared)
{
    xml x = {.cx = w->cx, .rest = text};
    cell c = {.column = UINT32_MAX};
    uint32_t row = 0;
    ans_buf_init(&c.text, (size_t)1 << 20);
    while (x.err == ANS_OK && next_tag(&x)) {
        x.err = take_tag(&x, w, &c, shared, &row);
    }
    ans_buf_done(&c.text);
    return x.err;
}

/* ---- the workbook ---- */

/* The first tag of that name of which an attribute is what is wanted (NULL: any), and the value of another. */
static ans_str find_value(ans_cx *cx, ans_str text, const char *tag, const char *key, ans_str wanted, const char *value)
{
    xml x = {.cx = cx, .rest = text};
    while (next_tag(&x)) {
        if (!x.is_end && ans_str_is(x.name, tag) && (!key || ans_str_eq(attribute(&x, key), wanted))) {
            return attribute(&x, value);
        }
    }
    return ANS_STR_NONE;
}

static ans_err first_sheet(ans_cx *cx, zip *z, ans_str *out)
{
    ans_str book, links, id, target;
    ans_err err = zip_read(cx, z, ANS_STR("xl/workbook.xml"), &book);
    err = err == ANS_OK ? zip_read(cx, z, ANS_STR("xl/_rels/workbook.xml.rels"), &links) : err;
    if (err != ANS_OK) {
        return err;
    }
    id = find_value(cx, book, "sheet", NULL, ANS_STR_NONE, "id");
    target = id.n ? find_value(cx, links, "Relationship", "Id", id, "Target") : ANS_STR_NONE;
    if (!target.n) {
        return ans_issue_add(cx, ANS_E_SYNTAX, ANS_STR_NONE, "the workbook cannot be read: it has no sheet");
    }
    ans_str path = ans_str_starts(target, ANS_STR("/")) ? ans_arena_dup(cx->arena, ans_str_from(target, 1))
                                                         : ans_arena_fmt(cx->arena, "xl/%.*s", ANS_FMT(target));
    return path.p ? zip_read(cx, z, path, out) : ans_cx_nomem(cx);
}

ans_err sheet_xlsx(sheet_writer *w, ans_str bytes)
{
    zip z;
    strings shared = {0};
    ans_str cells, texts;
    ans_cx quiet = {.arena = w->cx->arena};
    ans_err err = zip_open(w->cx, bytes, SHEET_BYTES, &z);
    err = err == ANS_OK ? first_sheet(w->cx, &z, &cells) : err;
    if (err != ANS_OK) {
        return err;
    }
    if (!ans_str_utf8(cells)) {
        return ans_issue_add(w->cx, ANS_E_SYNTAX, ANS_STR_NONE, "the workbook cannot be read: its text is not UTF-8");
    }
    err = zip_read(&quiet, &z, ANS_STR("xl/sharedStrings.xml"), &texts);
    if (err == ANS_OK && !ans_str_utf8(texts)) {
        return ans_issue_add(w->cx, ANS_E_SYNTAX, ANS_STR_NONE, "the workbook cannot be read: its text is not UTF-8");
    }
    if (err != ANS_OK && err != ANS_E_NOTFOUND) {
        return ans_issue_pass(w->cx, &quiet, err);
    }
    err = err == ANS_OK ? read_strings(w->cx, texts, &shared) : ANS_OK; /* without any, cells hold their own */
    return err == ANS_OK ? read_cells(w, cells, &shared) : err;
}
