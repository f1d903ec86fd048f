#include "paper/sheet.h"

#include "base/buf.h"
#include "base/hash.h"
#include "paper/qr.h"
#include "paper/text.h"

#define A4_SHORT 595.28
#define A4_LONG 841.89
#define MARGIN 38.0      /* 13 mm */
#define BAND_SIZE 12.0
#define BAND_Y 26.0      /* its base line, from the top */
#define FOOT 62.0        /* of the page, for the foot */
#define QR_SIDE 48.0     /* 17 mm */
#define LINE_HEIGHT 1.25 /* of the size: marks above and below Vietnamese letters do not touch */
#define PAD 2.5
#define USUAL 11.0
#define USUAL_CELL 10.0
#define SIGN_ROOM 52.0
#define BOX_SIDE 7.0
#define SMALL_SIZE 9.0
#define LONG_HEAD 120.0
#define SAID_BYTES ((size_t)32 << 20)

enum { MOST_LINES = 2000, MOST_HEAD_LINES = 6, MOST_SIGN_LINES = 3, MOST_SIGNATURES = 6 }; /* of one cell; of what does not go on over pages */

struct ans_sheet {
    ans_cx *cx;
    ans_sheet_options o;
    ans_pdf *pdf;
    ans_pdf_page *page;
    double width, height, y;
    ans_buf said; /* all text, for the hash */
    ans_err err;
    /* the table that is open */
    ans_table table;
    double widths[ANS_TABLE_MOST_COLUMNS];
    bool has_table;
    ans_str running; /* at the top of every page that goes on with the same thing */
};

typedef struct lines {
    ans_letters *at;
    uint32_t count;
} lines;

static void fail(ans_sheet *s, ans_err err)
{
    s->err = s->err == ANS_OK ? err : s->err;
}

static double bottom(const ans_sheet *s)
{
    return s->height - FOOT;
}

static double size_of(ans_style style)
{
    return style.size > 0 ? style.size : USUAL;
}

static void open_page(ans_sheet *s)
{
    s->page = ans_pdf_page_new(s->pdf, s->width, s->height);
    s->y = MARGIN;
}

ans_err ans_sheet_new(ans_cx *cx, const ans_sheet_options *options, ans_sheet **out)
{
    ans_sheet *s = ANS_NEW(cx->arena, ans_sheet);
    const ans_pdf_options pdf = {.title = options->title, .program = options->program, .created_us = options->printed_us, .most_pages = options->most_pages};
    if (!s) {
        return ans_cx_nomem(cx);
    }
    s->cx = cx;
    s->o = *options;
    s->width = options->is_wide ? A4_LONG : A4_SHORT;
    s->height = options->is_wide ? A4_SHORT : A4_LONG;
    ans_buf_init_arena(&s->said, cx->arena, SAID_BYTES);
    ans_err err = ans_pdf_new(cx, &pdf, &s->pdf);
    if (err != ANS_OK) {
        return err;
    }
    open_page(s);
    *out = s;
    return ANS_OK;
}

double ans_sheet_width(const ans_sheet *s)
{
    return s->width - 2 * MARGIN;
}

ans_pdf *ans_sheet_pdf(ans_sheet *s)
{
    return s->pdf;
}

uint32_t ans_sheet_pages(const ans_sheet *s)
{
    return ans_pdf_page_count(s->pdf);
}

/* ---- text ---- */

static ans_letters letters_of(ans_sheet *s, ans_str text)
{
    ans_letters out = {0};
    ans_buf_add(&s->said, text);
    ans_buf_add_c(&s->said, '\n');
    if (s->err == ANS_OK) {
        fail(s, ans_letters_of(s->cx, s->pdf, text, &out));
    }
    return out;
}

static lines lines_of(ans_sheet *s, ans_face face, double size, double width, ans_str text)
{
    ans_letters rest = letters_of(s, text), line;
    lines out = {0};
    uint32_t cap = 0;
    while (s->err == ANS_OK && out.count < MOST_LINES && ans_letters_line(s->pdf, face, size, width, &rest, &line)) {
        ans_letters *at = ans_arena_grow(s->cx->arena, out.at, out.count, &cap, 4, sizeof *at);
        if (!at) {
            fail(s, ans_cx_nomem(s->cx));
            return out;
        }
        out.at = at;
        at[out.count++] = line;
    }
    return out;
}

static lines at_most(lines l, uint32_t count)
{
    l.count = l.count < count ? l.count : count;
    return l;
}

static void draw_line(ans_sheet *s, ans_pdf_page *page, ans_face face, double size, ans_align align, double x, double y, double width, ans_letters line)
{
    double free = align == ANS_LEFT ? 0 : width - ans_pdf_width(s->pdf, face, size, line);
    ans_pdf_text(page, face, size, x + (align == ANS_CENTRE ? free / 2 : free), y, line);
}

void ans_sheet_put(ans_sheet *s, ans_pdf_page *page, ans_style style, double x, double y, ans_str text)
{
    ans_letters line = letters_of(s, text);
    double width = ans_pdf_width(s->pdf, style.face, size_of(style), line);
    double left = style.align == ANS_LEFT ? x : style.align == ANS_CENTRE ? x - width / 2 : x - width;
    if (page) {
        ans_pdf_text(page, style.face, size_of(style), left, y, line);
    }
}

/* ---- down the page ---- */

static void draw_head(ans_sheet *s);

/* Not hashed: it says again what was said. */
static void draw_running(ans_sheet *s)
{
    size_t kept = s->said.n;
    ans_letters rest = letters_of(s, s->running), line;
    if (ans_letters_line(s->pdf, ANS_FACE_ITALIC, SMALL_SIZE, ans_sheet_width(s), &rest, &line)) {
        draw_line(s, s->page, ANS_FACE_ITALIC, SMALL_SIZE, ANS_RIGHT, MARGIN, s->y + SMALL_SIZE, ans_sheet_width(s), line);
        s->y += SMALL_SIZE * LINE_HEIGHT + 4;
    }
    s->said.n = kept;
}

static void next_page(ans_sheet *s)
{
    open_page(s);
    if (s->running.n) {
        draw_running(s);
    }
    if (s->has_table) {
        draw_head(s);
    }
}

void ans_sheet_break(ans_sheet *s)
{
    if (s->err == ANS_OK && s->y > MARGIN) {
        next_page(s);
    }
}

void ans_sheet_running(ans_sheet *s, ans_str text)
{
    s->running = text;
}

void ans_sheet_gap(ans_sheet *s, double points)
{
    s->y += points;
}

void ans_sheet_need(ans_sheet *s, double height)
{
    if (s->err == ANS_OK && s->y + height > bottom(s) && s->y > MARGIN) {
        next_page(s);
    }
}

void ans_sheet_text(ans_sheet *s, ans_style style, ans_str text)
{
    double size = size_of(style), step = size * LINE_HEIGHT;
    lines l = lines_of(s, style.face, size, ans_sheet_width(s), text);
    s->y += style.above;
    for (uint32_t i = 0; i < l.count; i++) {
        ans_sheet_need(s, step);
        draw_line(s, s->page, style.face, size, style.align, MARGIN, s->y + size, ans_sheet_width(s), l.at[i]);
        s->y += step;
    }
}

ans_pdf_page *ans_sheet_area(ans_sheet *s, double height, double *out_x, double *out_y)
{
    ans_sheet_need(s, height);
    *out_x = MARGIN;
    *out_y = s->y;
    s->y += height;
    return s->err == ANS_OK ? s->page : NULL;
}

/* ---- facts ---- */

/* One fact from x on; how high it is. */
static double draw_fact(ans_sheet *s, const ans_fact *f, double x, double width, bool is_drawn, lines *name, lines *value)
{
    double step = USUAL * LINE_HEIGHT, lead = name->count ? ans_pdf_width(s->pdf, ANS_FACE_PLAIN, USUAL, name->at[0]) + 4 : 0;
    uint32_t rows = value->count ? value->count : 1;
    double left = x + (lead < width * 0.6 ? lead : width * 0.6);
    for (uint32_t i = 0; is_drawn && i < rows; i++) {
        double y = s->y + USUAL + i * step;
        if (i == 0 && name->count) {
            ans_pdf_text(s->page, ANS_FACE_PLAIN, USUAL, x, y, name->at[0]);
        }
        if (i < value->count) {
            ans_pdf_text(s->page, ANS_FACE_BOLD, USUAL, left, y, value->at[i]);
        } else if (f->is_open) {
            ans_pdf_line(s->page, left, y + 1, x + width - 8, y + 1, 0.5, 1.2);
        }
    }
    return rows * step;
}

static void prepare_fact(ans_sheet *s, const ans_fact *f, double width, lines *name, lines *value)
{
    *name = lines_of(s, ANS_FACE_PLAIN, USUAL, width * 0.6, f->name.n ? ans_arena_fmt(s->cx->arena, "%.*s:", ANS_FMT(f->name)) : ANS_STR(""));
    double lead = name->count ? ans_pdf_width(s->pdf, ANS_FACE_PLAIN, USUAL, name->at[0]) + 4 : 0;
    *value = lines_of(s, ANS_FACE_BOLD, USUAL, width - 6 - (lead < width * 0.6 ? lead : width * 0.6), f->value);
}

/* Not hashed again. */
static void say_again(ans_sheet *s, const ans_fact *f)
{
    size_t kept = s->said.n;
    ans_sheet_text(s, (ans_style){.face = ANS_FACE_BOLD}, ans_arena_fmt(s->cx->arena, "%.*s: %.*s", ANS_FMT(f->name), ANS_FMT(f->value)));
    s->said.n = kept;
}

void ans_sheet_facts(ans_sheet *s, const ans_fact *facts, uint32_t count, uint32_t columns)
{
    double share = ans_sheet_width(s) / columns;
    for (uint32_t i = 0; i < count && s->err == ANS_OK;) {
        lines name[8], value[8];
        const ans_fact *row[8];
        uint32_t n = 0;
        double high = 0;
        while (i < count && n < columns && n < 8) {
            const ans_fact *f = &facts[i];
            bool is_shown = f->value.n || f->is_open;
            if (is_shown && f->is_whole && n > 0) {
                break;
            }
            i++;
            if (is_shown) {
                row[n] = f;
                prepare_fact(s, f, f->is_whole ? ans_sheet_width(s) : share, &name[n], &value[n]);
                n++;
            }
            if (is_shown && f->is_whole) {
                break;
            }
        }
        for (uint32_t k = 0; k < n; k++) {
            double h = draw_fact(s, row[k], 0, row[k]->is_whole ? ans_sheet_width(s) : share, false, &name[k], &value[k]);
            high = h > high ? h : high;
        }
        bool is_long = high > (bottom(s) - MARGIN) / 2; /* flows over pages, one fact below the other */
        for (uint32_t k = 0; is_long && k < n; k++) {
            say_again(s, row[k]);
        }
        if (is_long) {
            continue;
        }
        ans_sheet_need(s, high);
        for (uint32_t k = 0; k < n; k++) {
            (void)draw_fact(s, row[k], MARGIN + k * share, row[k]->is_whole ? ans_sheet_width(s) : share, true, &name[k], &value[k]);
        }
        s->y += high;
    }
}

/* ---- tables ---- */

typedef struct row {
    lines cells[ANS_TABLE_MOST_COLUMNS];
    const ans_cell *of[ANS_TABLE_MOST_COLUMNS];
    double x[ANS_TABLE_MOST_COLUMNS], width[ANS_TABLE_MOST_COLUMNS];
    uint32_t count, most; /* most: lines of the longest cell */
} row;

static double table_size(const ans_sheet *s)
{
    return s->table.size > 0 ? s->table.size : USUAL_CELL;
}

static double lead_of(const ans_cell *c)
{
    return c->has_box ? BOX_SIDE + 3 : 0;
}

static void prepare_row(ans_sheet *s, const ans_cell *cells, row *r)
{
    double x = MARGIN, size = table_size(s);
    *r = (row){.most = 1};
    for (uint32_t i = 0; i < s->table.columns;) {
        const ans_cell *c = &cells[i];
        uint32_t span = c->span ? c->span : 1;
        double width = 0;
        for (uint32_t k = 0; k < span && i < s->table.columns; k++, i++) {
            width += s->widths[i];
        }
        r->of[r->count] = c;
        r->x[r->count] = x;
        r->width[r->count] = width;
        r->cells[r->count] = lines_of(s, c->face, size, width - 2 * PAD - lead_of(c), c->text);
        r->most = r->cells[r->count].count > r->most ? r->cells[r->count].count : r->most;
        r->count++;
        x += width;
    }
}

/* Lines [from, from + n) of a row, in a frame. */
static void draw_row(ans_sheet *s, const row *r, uint32_t from, uint32_t n, double height)
{
    double size = table_size(s), step = size * LINE_HEIGHT;
    for (uint32_t k = 0; k < r->count; k++) {
        const ans_cell *c = r->of[k];
        double lead = lead_of(c);
        ans_pdf_frame(s->page, r->x[k], s->y, r->width[k], height, 0.6);
        if (c->has_box && from == 0) {
            ans_pdf_frame(s->page, r->x[k] + PAD, s->y + PAD + (step - BOX_SIDE) / 2, BOX_SIDE, BOX_SIDE, 0.8);
        }
        for (uint32_t i = from; i < from + n && i < r->cells[k].count; i++) {
            draw_line(s, s->page, c->face, size, c->align, r->x[k] + PAD + lead, s->y + PAD + size + (i - from) * step, r->width[k] - 2 * PAD - lead, r->cells[k].at[i]);
        }
    }
    s->y += height;
}

static double row_height(const ans_sheet *s, uint32_t line_count)
{
    double high = line_count * table_size(s) * LINE_HEIGHT + 2 * PAD;
    return high > s->table.least ? high : s->table.least;
}

/* Not hashed again on later pages: the hash is of what is said, not of where pages end. */
static void draw_head(ans_sheet *s)
{
    size_t kept = s->said.n;
    row *r = ANS_NEW(s->cx->arena, row);
    if (!r) {
        fail(s, ans_cx_nomem(s->cx));
        return;
    }
    double least = s->table.least;
    s->table.least = 0;
    for (uint32_t i = 0; i < s->table.head_rows; i++) {
        prepare_row(s, s->table.head + (size_t)i * s->table.columns, r);
        uint32_t n = r->most < MOST_HEAD_LINES ? r->most : MOST_HEAD_LINES;
        draw_row(s, r, 0, n, row_height(s, n));
    }
    s->table.least = least;
    s->said.n = kept;
}

void ans_sheet_table(ans_sheet *s, const ans_table *table)
{
    double sum = 0;
    s->table = *table;
    s->table.columns = table->columns < ANS_TABLE_MOST_COLUMNS ? table->columns : ANS_TABLE_MOST_COLUMNS;
    for (uint32_t i = 0; i < s->table.columns; i++) {
        sum += table->widths[i];
    }
    for (uint32_t i = 0; i < s->table.columns; i++) {
        s->widths[i] = table->widths[i] * ans_sheet_width(s) / sum;
    }
    ans_sheet_need(s, (s->table.head_rows + 2) * table_size(s) * LINE_HEIGHT + 4 * PAD); /* a head does not stand alone at the bottom */
    s->has_table = true;
    if (s->err == ANS_OK) {
        draw_head(s);
    }
}

void ans_sheet_row(ans_sheet *s, const ans_cell *cells)
{
    row *r = s->err == ANS_OK ? ANS_NEW(s->cx->arena, row) : NULL;
    double step = table_size(s) * LINE_HEIGHT;
    if (!r) {
        fail(s, ans_cx_nomem(s->cx));
        return;
    }
    prepare_row(s, cells, r);
    double whole = row_height(s, r->most);
    bool is_long = whole > bottom(s) - MARGIN - LONG_HEAD; /* begins where it is, unless that is the very end */
    if (s->y + whole > bottom(s) && (!is_long || bottom(s) - s->y < 4 * step)) {
        next_page(s);
    }
    for (uint32_t from = 0; from < r->most && s->err == ANS_OK;) {
        double room = bottom(s) - s->y - 2 * PAD;
        uint32_t fits = room < step ? 1 : (uint32_t)(room / step), n = r->most - from < fits ? r->most - from : fits;
        draw_row(s, r, from, n, from == 0 && n == r->most ? whole : n * step + 2 * PAD);
        from += n;
        if (from < r->most) {
            next_page(s);
        }
    }
}

void ans_sheet_table_end(ans_sheet *s)
{
    s->has_table = false;
    s->y += 4;
}

/* ---- head and signatures ---- */

static double draw_side(ans_sheet *s, const ans_head_line *list, uint32_t count, double x, double width)
{
    double y = s->y;
    for (uint32_t i = 0; i < count; i++) {
        lines l = list[i].text.n ? at_most(lines_of(s, list[i].face, USUAL, width, list[i].text), MOST_HEAD_LINES) : (lines){0};
        double widest = 0;
        for (uint32_t k = 0; k < l.count; k++) {
            double w = ans_pdf_width(s->pdf, list[i].face, USUAL, l.at[k]);
            widest = w > widest ? w : widest;
            draw_line(s, s->page, list[i].face, USUAL, ANS_CENTRE, x, y + USUAL, width, l.at[k]);
            y += USUAL * LINE_HEIGHT;
        }
        if (l.count && list[i].is_ruled) {
            double long_ = widest > 120 ? widest * 0.6 : widest * 0.8;
            ans_pdf_line(s->page, x + (width - long_) / 2, y + 3, x + (width + long_) / 2, y + 3, 0.6, 0);
            y += 6;
        }
    }
    return y;
}

void ans_sheet_head(ans_sheet *s, const ans_head_line *left, uint32_t left_count, const ans_head_line *right, uint32_t right_count)
{
    double width = ans_sheet_width(s), share = s->o.is_wide ? 0.5 : 0.46;
    double a = draw_side(s, left, left_count, MARGIN, width * share - 8), b = draw_side(s, right, right_count, MARGIN + width * share, width * (1 - share));
    s->y = (a > b ? a : b) + 8;
}

/* One signature: post, note, room, name. */
typedef struct signature {
    lines part[3];
} signature;

static const struct {
    ans_face face;
    double size;
} sign_style[3] = {{ANS_FACE_BOLD, USUAL}, {ANS_FACE_ITALIC, USUAL - 1}, {ANS_FACE_BOLD, USUAL}};

static double prepare_signature(ans_sheet *s, const ans_sign_place *place, double width, signature *out)
{
    const ans_str texts[3] = {place->post, place->note, place->name};
    uint32_t count = 0;
    for (size_t i = 0; i < 3; i++) {
        out->part[i] = at_most(lines_of(s, sign_style[i].face, sign_style[i].size, width, texts[i]), MOST_SIGN_LINES);
        count += out->part[i].count;
    }
    return count * USUAL * LINE_HEIGHT + SIGN_ROOM;
}

static void draw_signature(ans_sheet *s, const signature *g, double x, double width)
{
    double y = s->y;
    for (size_t i = 0; i < 3; i++) {
        y += i == 2 ? SIGN_ROOM : 0;
        for (uint32_t n = 0; n < g->part[i].count; n++, y += USUAL * LINE_HEIGHT) {
            draw_line(s, s->page, sign_style[i].face, sign_style[i].size, ANS_CENTRE, x, y + USUAL, width, g->part[i].at[n]);
        }
    }
}

/* A single one stands on the right, as on every official paper. */
void ans_sheet_signs(ans_sheet *s, ans_str place_and_day, const ans_sign_place *places, uint32_t count)
{
    signature all[MOST_SIGNATURES];
    uint32_t n = count < MOST_SIGNATURES ? count : MOST_SIGNATURES, shares = n > 1 ? n : 2;
    double share = ans_sheet_width(s) / shares, high = 0, day = place_and_day.n ? USUAL * LINE_HEIGHT : 0;
    for (uint32_t i = 0; i < n; i++) {
        double h = prepare_signature(s, &places[i], share - 6, &all[i]);
        high = h > high ? h : high;
    }
    ans_sheet_need(s, high + day + 8);
    if (place_and_day.n) {
        ans_sheet_text(s, (ans_style){.face = ANS_FACE_ITALIC, .align = ANS_RIGHT, .above = 8}, place_and_day);
    } else {
        s->y += 8;
    }
    for (uint32_t i = 0; i < n; i++) {
        draw_signature(s, &all[i], MARGIN + (shares - n + i) * share, share - 6);
    }
    s->y += high + 4;
}

/* ---- the end ---- */

void ans_sheet_hash(const ans_sheet *s, char out[ANS_SHEET_HASH_DIGITS + 1])
{
    ans_hash made = ans_hash_content((ans_str){s->said.p, s->said.n});
    ans_hex_write(made.b, ANS_SHEET_HASH_DIGITS / 2, out);
}

/* Neighbours of a row as one area: a printer leaves no hair lines between them. */
static void draw_code(const ans_qr *qr, ans_pdf_page *page, double x, double y)
{
    double cell = QR_SIDE / qr->side;
    for (uint32_t down = 0; down < qr->side; down++) {
        for (uint32_t from = 0, to; from < qr->side; from = to) {
            to = from + 1;
            if (!qr->dark[down * qr->side + from]) {
                continue;
            }
            while (to < qr->side && qr->dark[down * qr->side + to]) {
                to++;
            }
            ans_pdf_area(page, x + from * cell, y + down * cell, (to - from) * cell, cell, 0);
        }
    }
}

static void draw_foot(ans_sheet *s, uint32_t number, const ans_qr *qr)
{
    ans_pdf_page *page = ans_pdf_page_at(s->pdf, number);
    double y = s->height - FOOT + 8, size = 8, width = ans_sheet_width(s) - (qr ? QR_SIDE + 12 : 0);
    const ans_str texts[] = {s->o.caution, s->o.printed_text,
                             ans_arena_fmt(s->cx->arena, "%.*s %u/%u", ANS_FMT(s->o.page_text), number + 1, ans_pdf_page_count(s->pdf))};
    ans_pdf_line(page, MARGIN, y, MARGIN + width, y, 0.4, 0);
    y += 3;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        lines l = lines_of(s, ANS_FACE_ITALIC, size, width, texts[i]);
        for (uint32_t k = 0; k < l.count && y + size < s->height - 6; k++, y += size * LINE_HEIGHT) {
            draw_line(s, page, ANS_FACE_ITALIC, size, ANS_LEFT, MARGIN, y + size, width, l.at[k]);
        }
    }
    if (qr) {
        draw_code(qr, page, s->width - MARGIN - QR_SIDE, s->height - FOOT + 5);
    }
}

/* Above the margin, where no form draws. */
static void draw_band(ans_sheet *s, uint32_t number)
{
    ans_pdf_page *page = ans_pdf_page_at(s->pdf, number);
    lines l = at_most(lines_of(s, ANS_FACE_BOLD, BAND_SIZE, ans_sheet_width(s), s->o.band), 1);
    for (uint32_t k = 0; k < l.count; k++) {
        draw_line(s, page, ANS_FACE_BOLD, BAND_SIZE, ANS_CENTRE, MARGIN, BAND_Y, ans_sheet_width(s), l.at[k]);
    }
    ans_pdf_frame(page, MARGIN, BAND_Y - BAND_SIZE - 2, ans_sheet_width(s), BAND_SIZE + 8, 1);
}

ans_err ans_sheet_finish(ans_sheet *s, ans_str code, ans_str *out)
{
    ans_qr qr;
    if (s->err == ANS_OK && code.n) {
        fail(s, ans_qr_make(s->cx, code, &qr));
    }
    for (uint32_t i = 0; s->err == ANS_OK && i < ans_pdf_page_count(s->pdf); i++) {
        draw_foot(s, i, code.n ? &qr : NULL);
        if (s->o.band.n) {
            draw_band(s, i);
        }
    }
    ans_err err = ans_pdf_finish(s->pdf, out); /* says why when the page after too many was none */
    return s->err != ANS_OK ? s->err : err;
}
