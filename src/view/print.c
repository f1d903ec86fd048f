/* Rows as NDJSON, one JSON array, or CSV (RFC 4180). */
#include "view/view_int.h"

bool ans_view_format_named(ans_str text, ans_view_format *out)
{
    static const struct {
        const char *name;
        ans_view_format format;
    } names[] = {{"ndjson", ANS_VIEW_NDJSON}, {"application/x-ndjson", ANS_VIEW_NDJSON}, {"application/ndjson", ANS_VIEW_NDJSON},
                 {"json", ANS_VIEW_JSON},     {"application/json", ANS_VIEW_JSON},       {"csv", ANS_VIEW_CSV},
                 {"text/csv", ANS_VIEW_CSV}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ans_str_is(text, names[i].name)) {
            *out = names[i].format;
            return true;
        }
    }
    return false;
}

const char *ans_view_media_type(ans_view_format format)
{
    return format == ANS_VIEW_NDJSON ? "application/x-ndjson" : format == ANS_VIEW_JSON ? "application/json" : "text/csv; charset=utf-8";
}

static void print_cell(ans_cx *cx, const ans_view_column *c, const ans_items *cell, ans_buf *out)
{
    if (!c->is_collection) {
        ans_item_print(cx, &cell->at[0], out);
        return;
    }
    ans_buf_add_c(out, '[');
    for (uint32_t i = 0; i < cell->count; i++) {
        if (i) {
            ans_buf_add_c(out, ',');
        }
        ans_item_print(cx, &cell->at[i], out);
    }
    ans_buf_add_c(out, ']');
}

static void print_object(ans_cx *cx, const ans_view *view, const ans_items *cells, ans_buf *out)
{
    ans_buf_add_c(out, '{');
    for (uint32_t i = 0; i < view->column_count; i++) {
        ans_buf_add(out, i ? ANS_STR(",\"") : ANS_STR("\""));
        ans_buf_add(out, view->columns[i].name); /* letters, digits, _: nothing to escape */
        ans_buf_add(out, ANS_STR("\":"));
        if (cells[i].count) {
            print_cell(cx, &view->columns[i], &cells[i], out);
        } else {
            ans_buf_add(out, ANS_STR("null"));
        }
    }
    ans_buf_add_c(out, '}');
}

/* -12.5, +3 or 1e9: a spreadsheet takes it for the number it is. */
static bool is_number(ans_str s)
{
    ans_decimal d;
    return ans_decimal_parse(s.n && s.p[0] == '+' ? ans_str_from(s, 1) : s, &d);
}

/* A spreadsheet runs what begins so: a name that somebody typed must not become a formula. */
static bool is_formula(ans_str text)
{
    ans_str inner = text;
    while (inner.n && inner.p[0] == ' ') {
        inner = ans_str_from(inner, 1);
    }
    return inner.n && ans_str_find(ANS_STR("=+-@\t\r\n"), inner.p[0]) >= 0 && !is_number(text);
}

void view_csv_field(ans_buf *out, ans_str text)
{
    bool formula = is_formula(text), plain = !formula;
    for (size_t i = 0; i < text.n; i++) {
        plain = plain && text.p[i] != '"' && text.p[i] != ',' && text.p[i] != '\n' && text.p[i] != '\r';
    }
    if (plain) {
        ans_buf_add(out, text);
        return;
    }
    ans_buf_add(out, formula ? ANS_STR("\"'") : ANS_STR("\""));
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"') {
            ans_buf_add_c(out, '"');
        }
        ans_buf_add_c(out, text.p[i]);
    }
    ans_buf_add_c(out, '"');
}

ans_err view_cell_text(ans_cx *cx, const ans_view_column *c, const ans_items *cell, ans_str *out)
{
    ans_buf b;
    ans_str text;
    ans_json doc;
    ans_buf_init_arena(&b, cx->arena, (size_t)16 << 20);
    print_cell(cx, c, cell, &b);
    ans_err err = ans_buf_finish(&b, &text);
    if (err == ANS_OK && text.n && text.p[0] == '"') {
        err = ans_json_parse(cx, text, NULL, &doc);
        text = err == ANS_OK ? ans_json_string(cx, &doc, 0) : text;
    }
    *out = text;
    return err;
}

static ans_err print_field(ans_cx *cx, const ans_view_column *c, const ans_items *cell, ans_buf *out)
{
    ans_str text;
    ans_err err = view_cell_text(cx, c, cell, &text);
    if (err == ANS_OK) {
        view_csv_field(out, text);
    }
    return err;
}

static ans_err print_line(ans_cx *cx, const ans_view *view, const ans_items *cells, ans_buf *out)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < view->column_count; i++) {
        if (i) {
            ans_buf_add_c(out, ',');
        }
        err = cells[i].count ? print_field(cx, &view->columns[i], &cells[i], out) : ANS_OK;
    }
    ans_buf_add(out, ANS_STR("\r\n"));
    return err;
}

void ans_view_print_begin(ans_view_printer *p, const ans_view *view)
{
    p->rows = 0;
    if (p->format == ANS_VIEW_JSON) {
        ans_buf_add_c(p->out, '[');
    }
    if (p->format == ANS_VIEW_CSV) {
        for (uint32_t i = 0; i < view->column_count; i++) {
            ans_buf_add(p->out, i ? ANS_STR(",") : ANS_STR_NONE);
            ans_buf_add(p->out, view->columns[i].name);
        }
        ans_buf_add(p->out, ANS_STR("\r\n"));
    }
}

static ans_err has_room(ans_cx *cx, const ans_buf *out)
{
    return out->err_ == ANS_OK ? ANS_OK : ans_issue_add(cx, out->err_, ANS_STR_NONE, "the rows are more than one answer can hold");
}

ans_err ans_view_print(void *printer, ans_cx *cx, const ans_view *view, const ans_items *cells)
{
    ans_view_printer *p = printer;
    bool is_first = p->rows++ == 0;
    if (p->format == ANS_VIEW_CSV) {
        ans_err err = print_line(cx, view, cells, p->out);
        return err != ANS_OK ? err : has_room(cx, p->out);
    }
    if (p->format == ANS_VIEW_JSON && !is_first) {
        ans_buf_add(p->out, ANS_STR(",\n"));
    }
    print_object(cx, view, cells, p->out);
    if (p->format == ANS_VIEW_NDJSON) {
        ans_buf_add_c(p->out, '\n');
    }
    return has_room(cx, p->out);
}

void ans_view_print_end(ans_view_printer *p)
{
    if (p->format == ANS_VIEW_JSON) {
        ans_buf_add(p->out, ANS_STR("]\n"));
    }
}
