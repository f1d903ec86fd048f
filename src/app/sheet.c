/* sheet.h: rows, and the two kinds that are text. CSV is RFC 4180 with whichever of comma and semicolon the first line has more of. */
#include "app/sheet.h"
#include "app/zip.h"

ans_err sheet_put(sheet_writer *w, uint32_t column, ans_str text, bool is_number)
{
    text = ans_str_trim(text);
    if (!text.n) {
        return ANS_OK;
    }
    if (column >= SHEET_COLUMNS) {
        return ans_issue_add(w->cx, ANS_E_TOOBIG, ANS_STR_NONE, "the table has more than %d columns", SHEET_COLUMNS);
    }
    w->cells[column] = text;
    w->used = column + 1 > w->used ? column + 1 : w->used;
    w->has_text = true;
    if (is_number) {
        w->is_number[column / 8] |= (uint8_t)(1u << (column % 8));
        w->has_number = true;
    }
    return ANS_OK;
}

ans_err sheet_end_row(sheet_writer *w, uint32_t line)
{
    sheet *s = w->to;
    if (!w->has_text) {
        return ANS_OK;
    }
    if (s->count == SHEET_ROWS) {
        return ans_issue_add(w->cx, ANS_E_TOOBIG, ANS_STR_NONE, "the table has more than %d rows", SHEET_ROWS);
    }
    if (w->used > SHEET_CELLS - s->cells_) {
        return ans_issue_add(w->cx, ANS_E_TOOBIG, ANS_STR_NONE, "the table has more than %d cells", SHEET_CELLS);
    }
    sheet_row *at = ans_arena_grow(w->cx->arena, s->rows, s->count, &s->cap_, 256, sizeof *at);
    if (!at) {
        return ans_cx_nomem(w->cx);
    }
    s->rows = at;
    at += s->count;
    *at = (sheet_row){.line = line, .cells = ANS_NEW_N(w->cx->arena, ans_str, w->used)};
    at->is_number = w->has_number ? ans_arena_zalloc(w->cx->arena, sizeof w->is_number) : NULL;
    if (!at->cells || (w->has_number && !at->is_number)) {
        return ans_cx_nomem(w->cx);
    }
    memcpy(at->cells, w->cells, w->used * sizeof *w->cells);
    if (at->is_number) {
        memcpy(at->is_number, w->is_number, sizeof w->is_number);
    }
    at->count = w->used;
    s->cells_ += w->used;
    s->count++;
    s->columns = w->used > s->columns ? w->used : s->columns;
    memset(w->cells, 0, sizeof w->cells);
    memset(w->is_number, 0, sizeof w->is_number);
    w->used = 0;
    w->has_text = w->has_number = false;
    return ANS_OK;
}

static ans_err read_tabs(sheet_writer *w, ans_str text)
{
    ans_str line, cell;
    ans_err err = ANS_OK;
    uint32_t number = 0;
    for (bool more = text.n > 0; err == ANS_OK && more;) {
        uint32_t column = 0;
        more = ans_str_cut(&text, '\n', &line);
        number++;
        for (bool cells = line.n > 0; err == ANS_OK && cells; column++) {
            cells = ans_str_cut(&line, '\t', &cell);
            err = sheet_put(w, column, cell, false);
        }
        err = err == ANS_OK ? sheet_end_row(w, number) : err;
    }
    return err;
}

typedef struct csv {
    sheet_writer *w;
    ans_str text;
    size_t at;
    char comma;
    uint32_t line; /* where the cell ended */
} csv;

/* One quoted cell, at its first quote; "" within it is one quote. */
static ans_err quoted(csv *c, ans_str *out)
{
    size_t from = ++c->at, pairs = 0;
    uint32_t begun = c->line;
    for (;; c->at++) {
        if (c->at >= c->text.n) {
            return ans_issue_add(c->w->cx, ANS_E_SYNTAX, ANS_STR_NONE, "line %u: a quote is not closed", begun);
        }
        c->line += c->text.p[c->at] == '\n';
        if (c->text.p[c->at] != '"') {
            continue;
        }
        if (c->at + 1 >= c->text.n || c->text.p[c->at + 1] != '"') {
            break;
        }
        c->at++;
        pairs++;
    }
    *out = (ans_str){c->text.p + from, c->at - from};
    c->at++;
    if (pairs) {
        ans_str copy = ans_arena_dup(c->w->cx->arena, *out);
        char *p = (char *)(uintptr_t)copy.p;
        size_t n = 0;
        for (size_t i = 0; p && i < copy.n; i++) {
            p[n++] = p[i];
            i += p[i] == '"';
        }
        *out = (ans_str){p, n};
        return p ? ANS_OK : ans_cx_nomem(c->w->cx);
    }
    return ANS_OK;
}

static ans_err next_cell(csv *c, ans_str *out)
{
    ans_err err = ANS_OK;
    if (c->at < c->text.n && c->text.p[c->at] == '"') {
        err = quoted(c, out);
        if (err == ANS_OK && c->at < c->text.n && c->text.p[c->at] != c->comma && c->text.p[c->at] != '\n' && c->text.p[c->at] != '\r') {
            return ans_issue_add(c->w->cx, ANS_E_SYNTAX, ANS_STR_NONE, "line %u: something stands behind a closing quote", c->line);
        }
        return err;
    }
    size_t from = c->at;
    while (c->at < c->text.n && c->text.p[c->at] != c->comma && c->text.p[c->at] != '\n') {
        c->at++;
    }
    *out = (ans_str){c->text.p + from, c->at - from};
    return ANS_OK;
}

static ans_err read_csv(sheet_writer *w, ans_str text, char comma)
{
    csv c = {.w = w, .text = text, .comma = comma, .line = 1};
    ans_err err = ANS_OK;
    uint32_t column = 0;
    while (err == ANS_OK && c.at < text.n) {
        ans_str cell;
        err = next_cell(&c, &cell);
        err = err == ANS_OK ? sheet_put(w, column, cell, false) : err;
        c.at += err == ANS_OK && c.at < text.n && text.p[c.at] == '\r';
        bool ends_row = c.at >= text.n || text.p[c.at] == '\n';
        column = ends_row ? 0 : column + 1;
        if (err == ANS_OK && ends_row) {
            err = sheet_end_row(w, c.line);
            c.line++;
        }
        c.at++;
    }
    return err == ANS_OK ? sheet_end_row(w, c.line) : err; /* a comma was the last byte */
}

static size_t count_of(ans_str line, char what)
{
    size_t n = 0;
    for (size_t i = 0; i < line.n; i++) {
        n += line.p[i] == what;
    }
    return n;
}

ans_err sheet_read(ans_cx *cx, ans_str bytes, sheet *out)
{
    sheet_writer *w = ANS_NEW(cx->arena, sheet_writer);
    ans_str text = bytes, line;
    if (!w) {
        return ans_cx_nomem(cx);
    }
    *out = (sheet){0};
    w->cx = cx;
    w->to = out;
    if (bytes.n > SHEET_BYTES) {
        return ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR_NONE, "the file has more than 256 MiB");
    }
    if (zip_is(bytes)) {
        return sheet_xlsx(w, bytes);
    }
    if (ans_str_starts(bytes, ANS_STR("\xD0\xCF\x11\xE0"))) {
        return ans_issue_add(cx, ANS_E_SYNTAX, ANS_STR_NONE, "this is an old .xls: save it as .xlsx or CSV (UTF-8)");
    }
    if (!ans_str_utf8(bytes)) {
        return ans_issue_add(cx, ANS_E_SYNTAX, ANS_STR_NONE, "the text is not UTF-8: save it as CSV (UTF-8), or give the .xlsx");
    }
    text = ans_str_starts(text, ANS_STR("\xEF\xBB\xBF")) ? ans_str_from(text, 3) : text;
    ans_str rest = text;
    (void)ans_str_cut(&rest, '\n', &line); /* the only line there is */
    return count_of(line, '\t') ? read_tabs(w, text) : read_csv(w, text, count_of(line, ';') > count_of(line, ',') ? ';' : ',');
}
