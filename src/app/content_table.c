/* Tables: lines of cells with tabs between; lines that begin with # are for the reader; the first other line names the columns. */
#include "app/content.h"

#include <stdarg.h>
#include <stdio.h>

#include "app/embedded.h"
#include "base/os.h"

#define TABLE_BYTES ((size_t)8 << 20)

static ans_err table_text(content *c, const char *path, ans_str *out)
{
    if (c->dir) {
        ans_str full = content_text(c, "%s%s", c->dir, path);
        return full.p ? ans_file_read(c->cx, full.p, TABLE_BYTES, out) : ans_cx_nomem(c->cx);
    }
    for (uint32_t i = 0; i < ans_content_asset_count; i++) {
        if (strcmp(ans_content_assets[i].path, path) == 0) {
            *out = (ans_str){(const char *)ans_content_assets[i].bytes, ans_content_assets[i].n};
            return ANS_OK;
        }
    }
    return ans_issue_add(c->cx, ANS_E_NOTFOUND, ANS_STR_NONE, "content%s is not part of this program", path);
}

ans_err content_bad(content *c, const content_table *t, uint32_t row, const char *fmt, ...)
{
    char text[256];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return ans_issue_add(c->cx, ANS_E_INVALID, ANS_STR_NONE, "content%s:%u: %s", t->path, t->lines[row], text);
}

/* Cut a line into exactly `columns` cells. */
static bool cut_cells(ans_str line, ans_str *cells, uint32_t columns)
{
    bool more = true;
    for (uint32_t i = 0; i < columns; i++) {
        if (!more) {
            return false;
        }
        more = ans_str_cut(&line, '\t', &cells[i]);
    }
    return !more;
}

static bool is_head(const ans_str *cells, const char *const *columns, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!ans_str_is(cells[i], columns[i])) {
            return false;
        }
    }
    return true;
}

ans_err content_table_read(content *c, const char *path, const char *const *columns, content_table *out)
{
    ans_str text, line;
    content_table t = {.path = path};
    uint32_t lines = 1, at = 0;
    bool has_head = false;
    ans_err err = table_text(c, path, &text);
    if (err != ANS_OK) {
        return err;
    }
    for (size_t i = 0; i < text.n; i++) {
        lines += text.p[i] == '\n';
    }
    while (columns[t.columns]) {
        t.columns++;
    }
    t.cells = ANS_NEW_N(c->cx->arena, ans_str, (size_t)lines * t.columns);
    t.lines = ANS_NEW_N(c->cx->arena, uint32_t, lines);
    if (!t.cells || !t.lines) {
        return ans_cx_nomem(c->cx);
    }
    for (bool more = text.n > 0; more;) {
        more = ans_str_cut(&text, '\n', &line);
        t.lines[t.rows] = ++at;
        if (line.n == 0 || line.p[0] == '#') {
            continue;
        }
        ans_str *cells = &t.cells[(size_t)t.rows * t.columns];
        if (!ans_str_utf8(line) || !cut_cells(line, cells, t.columns)) {
            return content_bad(c, &t, t.rows, "%u cells are wanted, in UTF-8", t.columns);
        }
        if (!has_head && !is_head(cells, columns, t.columns)) {
            return content_bad(c, &t, t.rows, "the columns are not the ones of this table");
        }
        t.rows += has_head;
        has_head = true;
    }
    *out = t;
    return ANS_OK;
}

ans_err content_day(content *c, const content_table *t, uint32_t row, uint32_t column, ans_day open, ans_day *out)
{
    ans_str cell = content_cell(t, row, column);
    *out = open;
    return cell.n == 0 || (cell.n == 10 && ans_day_parse(cell, out)) ? ANS_OK : content_bad(c, t, row, "a day is written 2025-06-12");
}

/* ---- the edition ---- */

static const char *const files[] = {"/organisations/bodies.tsv",          "/organisations/code-lists.tsv",
                                    "/organisations/codes.tsv",           "/organisations/duties.tsv",
                                    "/organisations/functions.tsv",       "/organisations/levels.tsv",
                                    "/organisations/parents.tsv",         "/organisations/province-bodies.tsv",
                                    "/organisations/province-duties.tsv", "/organisations/province-handovers.tsv",
                                    "/organisations/province-mergers.tsv", "/organisations/provinces.tsv",
                                    "/organisations/successions.tsv"};

ans_err content_edition(ans_cx *cx, const char *dir, ans_str *out)
{
    content c = {.cx = cx, .dir = dir};
    ans_hasher h;
    ans_hasher_start(&h);
    ans_hasher_add(&h, ANS_STR("form 1")); /* of the resources made of the tables */
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        ans_str text;
        ans_err err = table_text(&c, files[i], &text);
        if (err != ANS_OK) {
            return err;
        }
        ans_hasher_add(&h, text);
    }
    content_files definitions;
    ans_err err = content_json_files(cx, dir, &definitions);
    if (err != ANS_OK) {
        return err;
    }
    for (uint32_t i = 0; i < definitions.count; i++) {
        ans_hasher_add(&h, definitions.at[i].text);
    }
    ans_hash hash = ans_hasher_finish(&h);
    char hex[ANS_HASH_BYTES * 2 + 1];
    for (int i = 0; i < ANS_HASH_BYTES; i++) {
        (void)snprintf(hex + i * 2, 3, "%02x", hash.b[i]);
    }
    *out = ans_arena_dup(cx->arena, (ans_str){hex, ANS_HASH_BYTES * 2});
    return out->p ? ANS_OK : ans_cx_nomem(cx);
}
