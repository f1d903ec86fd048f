/* How packs are made whole or not at all (app/evening.h), by one thread, at the hour and when somebody asks. */
#include "app/evening_tell.h"

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/training.h"
#include "base/buf.h"
#include "base/os.h"
#include "base/sort.h"
#include "json/json.h"
#include "paper/paper.h"

#define US_PER_MINUTE INT64_C(60000000)
#define US_PER_DAY (1440 * US_PER_MINUTE)
#define WARD_BYTES ((size_t)512 << 20)
#define LIST_BYTES ((size_t)64 << 20)
#define MANIFEST_BYTES ((size_t)1 << 20)
#define AGAIN_US (10 * US_PER_MINUTE) /* after one that could not be made */

enum { USUAL_MINUTE = 18 * 60, LOOK_MS = 20000, KEPT = 2, MOST_FACILITIES = 2000, MOST_NAMES = 64, ID_BYTES = 65, STAND_BACK = 10 };

typedef struct house {
    char id[ID_BYTES];
    int64_t made_us, failed_us, tried_us;
    const char *failed;
    bool is_asked, is_making;
    bool is_told, is_over; /* the head knows that it fails; whatever was told of that is closed */
    evening_asker by;      /* of a pack that was asked for */
} house;

struct evening {
    const folder *folder;
    const char *dir; /* DATA/pack */
    int32_t at_minute;
    uint32_t first_ms;
    ans_packs door;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    atomic_bool is_ending;
    house *houses; /* by id; only grows */
    uint32_t count;
    ans_rest *rest;   /* NULL: nobody is told yet */
    ans_audit *audit; /* NULL: there is none */
};

/* ---- times ---- */

bool evening_time(const char *text, int32_t *out_minute)
{
    if (!text) {
        *out_minute = USUAL_MINUTE;
        return true;
    }
    if (strcmp(text, "off") == 0) {
        *out_minute = -1;
        return true;
    }
    uint64_t hour, minute;
    ans_str s = ans_str_of(text);
    bool is_time = s.n == 5 && s.p[2] == ':' && ans_str_u64(ans_str_head(s, 2), &hour) && ans_str_u64(ans_str_from(s, 3), &minute) && hour < 24 && minute < 60;
    *out_minute = is_time ? (int32_t)(hour * 60 + minute) : -1;
    return is_time;
}

static int64_t instant(const ans_zone *zone, ans_datetime day, int32_t minute)
{
    ans_tick low, high;
    ans_datetime d = {.year = day.year, .month = day.month, .day = day.day, .hour = (uint8_t)(minute / 60), .minute = (uint8_t)(minute % 60), .precision = ANS_PREC_MINUTE};
    ans_datetime_range(&d, zone, &low, &high);
    return low / 10;
}

int64_t evening_due(const ans_zone *zone, int32_t at_minute, int64_t now_us)
{
    int64_t due = instant(zone, ans_zone_wall(zone, now_us), at_minute);
    return due <= now_us ? due : instant(zone, ans_zone_wall(zone, now_us - US_PER_DAY), at_minute);
}

/* ---- folders ---- */

/* An id may begin with a point, a name of a file of ours does not; ids hold no underscores. */
static ans_str name_of(ans_cx *cx, ans_str id, const char *end)
{
    return ans_arena_fmt(cx->arena, "%s%.*s%s", id.n == 0 || id.p[0] == '.' ? "_" : "", ANS_FMT(id), end);
}

static ans_err remove_folder(ans_cx *cx, const char *path)
{
    DIR *dir = opendir(path);
    if (!dir) {
        return ANS_OK; /* is not there */
    }
    for (const struct dirent *d = readdir(dir); d; d = readdir(dir)) {
        if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0) {
            (void)unlinkat(dirfd(dir), d->d_name, 0); /* what cannot go keeps the folder: said below */
        }
    }
    (void)closedir(dir); /* read only */
    return rmdir(path) == 0 ? ANS_OK : ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "an old pack cannot be removed: %s", path);
}

static int newest_first(const void *x, const void *y)
{
    return -ans_str_cmp(*(const ans_str *)x, *(const ans_str *)y);
}

static bool is_whole(ans_str name)
{
    return name.n == 18 && name.p[10] == 'T' && name.p[17] == 'Z'; /* 2026-11-21T110005Z */
}

/* Names of whole packs, the newest first, and of what a cut-off run left. */
static ans_err list_packs(ans_cx *cx, const char *path, ans_str *out, uint32_t *out_whole, ans_str *out_parts, uint32_t *out_part_count)
{
    DIR *dir = opendir(path);
    *out_whole = *out_part_count = 0;
    if (!dir) {
        return ANS_OK;
    }
    ans_err err = ANS_OK;
    for (const struct dirent *d = readdir(dir); d && err == ANS_OK; d = readdir(dir)) {
        ans_str name = ans_str_of(d->d_name);
        bool is_part = name.n > 5 && ans_str_is(ans_str_from(name, name.n - 5), ".part");
        if ((is_part && *out_part_count < MOST_NAMES) || (is_whole(name) && *out_whole < MOST_NAMES)) {
            ans_str copy = ans_arena_dup(cx->arena, name);
            err = copy.p ? ANS_OK : ans_cx_nomem(cx);
            *(is_part ? &out_parts[(*out_part_count)++] : &out[(*out_whole)++]) = copy;
        }
    }
    (void)closedir(dir); /* read only */
    ans_sort(out, *out_whole, sizeof *out, newest_first);
    return err;
}

static ans_err tidy(ans_cx *cx, const char *path)
{
    ans_str whole[MOST_NAMES], parts[MOST_NAMES];
    uint32_t n, part_count;
    ans_err err = list_packs(cx, path, whole, &n, parts, &part_count);
    for (uint32_t i = 0; err == ANS_OK && i < part_count; i++) {
        err = remove_folder(cx, ans_arena_fmt(cx->arena, "%s/%.*s", path, ANS_FMT(parts[i])).p);
    }
    for (uint32_t i = KEPT; err == ANS_OK && i < n; i++) {
        err = remove_folder(cx, ans_arena_fmt(cx->arena, "%s/%.*s", path, ANS_FMT(whole[i])).p);
    }
    return err;
}

/* ---- making ---- */

typedef struct making {
    ans_cx *cx;
    const folder *f;
    ans_str facility, part; /* part: the folder that is being filled */
    int64_t now_us;
    ans_jw w;
    evening_made *made;
    const atomic_bool *is_ending;
    ans_audit *audit;
    const evening_asker *by; /* NULL: it is made by itself */
    evening_people people;   /* who is on it */
} making;

/* Told of everything that goes on paper. */
static bool note_shown(void *arg, const ans_version *v)
{
    making *m = arg;
    evening_people_add(&m->people, m->cx->arena, m->f->search, v);
    return true;
}

static ans_err print_one(making *m, ans_cx *cx, const char *form, ans_str ward, ans_paper *out)
{
    ans_reader *rd;
    ans_err err = ans_reader_open(cx, m->f->store, &rd);
    if (err != ANS_OK) {
        return err;
    }
    ans_paper_ask ask = {.view = {.rd = rd, .search = m->f->search, .shows = note_shown, .arg = m}, .form = ans_str_of(form), .now_us = m->now_us, .program = ANS_STR("An Sinh " ANS_VERSION),
                         .type = ward.n ? ANS_STR("Location") : ANS_STR("Organization"), .id = ward.n ? ward : m->facility, .without_place = !ward.n};
    err = training_is_marked(cx, m->f->store, &ask.is_training);
    err = err == ANS_OK ? ans_reader_begin(cx, rd) : err;
    if (err == ANS_OK) {
        err = ans_paper_print(cx, &ask, out);
        ans_reader_end(rd);
    }
    ans_reader_close(rd);
    return err;
}

static ans_err put_file(const making *m, ans_cx *cx, ans_str name, ans_str bytes)
{
    ans_str path = ans_arena_fmt(cx->arena, "%.*s/%.*s", ANS_FMT(m->part), ANS_FMT(name));
    return path.p && name.p ? ans_file_replace(cx, path.p, bytes) : ans_cx_nomem(cx);
}

static ans_err put_ward(making *m, const ans_paper_place *ward)
{
    ans_cx one = {.arena = ans_arena_new(WARD_BYTES)};
    ans_paper open = {0}, sealed = {0};
    ans_err err = one.arena ? print_one(m, &one, "pack", ward->id, &open) : ans_cx_nomem(m->cx);
    err = err == ANS_OK ? print_one(m, &one, "sealed", ward->id, &sealed) : err;
    ans_str file = err == ANS_OK ? name_of(&one, ward->id, ".pdf") : ANS_STR_NONE;
    err = err == ANS_OK ? put_file(m, &one, file, open.bytes) : err;
    err = err == ANS_OK ? put_file(m, &one, name_of(&one, ward->id, "_kin.pdf"), sealed.bytes) : err;
    if (err == ANS_OK) {
        ans_jw_begin(&m->w, '{');
        ans_jw_kv(&m->w, ANS_STR("id"), ward->id);
        ans_jw_kv(&m->w, ANS_STR("name"), ward->name);
        ans_jw_kv(&m->w, ANS_STR("file"), file);
        const struct {
            const char *name;
            int64_t value;
        } figures[] = {{"people", open.people}, {"pages", open.pages}, {"bytes", (int64_t)open.bytes.n}};
        for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
            ans_jw_key(&m->w, ans_str_of(figures[i].name));
            ans_jw_int(&m->w, figures[i].value);
        }
        ans_jw_end(&m->w, '}');
        m->made->wards++;
        m->made->people += open.people;
        m->made->pages += open.pages + sealed.pages;
    }
    err = ans_issue_pass(m->cx, &one, err);
    ans_arena_free(one.arena);
    return err;
}

static ans_err places_of(making *m, ans_paper_place **out, uint32_t *out_count)
{
    ans_reader *rd;
    ans_err err = ans_reader_open(m->cx, m->f->store, &rd);
    if (err != ANS_OK) {
        return err;
    }
    const ans_paper_view view = {.rd = rd, .search = m->f->search};
    err = ans_reader_begin(m->cx, rd);
    if (err == ANS_OK) {
        err = ans_paper_places(m->cx, &view, m->facility, m->now_us, out, out_count);
        ans_reader_end(rd);
    }
    ans_reader_close(rd);
    return err;
}

static ans_err fill(making *m)
{
    ans_paper_place *wards = NULL;
    uint32_t count = 0;
    ans_buf b;
    ans_str text;
    char when[ANS_INSTANT_BYTES];
    ans_instant_print(m->now_us, when);
    ans_buf_init_arena(&b, m->cx->arena, MANIFEST_BYTES);
    ans_jw_init(&m->w, &b);
    ans_jw_begin(&m->w, '{');
    ans_jw_kv(&m->w, ANS_STR("facility"), m->facility);
    ans_jw_kv(&m->w, ANS_STR("made"), (ans_str){when, sizeof when});
    ans_jw_key(&m->w, ANS_STR("wards"));
    ans_jw_begin(&m->w, '[');
    ans_err err = places_of(m, &wards, &count);
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        err = m->is_ending && atomic_load(m->is_ending) ? ANS_E_BUSY : put_ward(m, &wards[i]);
    }
    ans_jw_end(&m->w, ']');
    ans_jw_end(&m->w, '}');
    err = err == ANS_OK ? ans_buf_finish(&b, &text) : err;
    return err == ANS_OK ? put_file(m, m->cx, ANS_STR("pack.json"), text) : err;
}

static ans_str path_now(making *m, ans_str folder_of)
{
    char when[ANS_INSTANT_BYTES];
    m->now_us = ans_now_us();
    ans_instant_print(m->now_us, when);
    return ans_arena_fmt(m->cx->arena, "%.*s/%.10sT%.2s%.2s%.2sZ", ANS_FMT(folder_of), when, when + 11, when + 14, when + 17);
}

/* One facility's pack into dir/<facility>/<when>/. It is there only when the audit says so. */
static ans_err make_one(making *m, const char *dir)
{
    ans_cx *cx = m->cx;
    evening_made *made = m->made;
    ans_str folder_of = ans_arena_fmt(cx->arena, "%s/%.*s", dir, ANS_FMT(name_of(cx, m->facility, "")));
    ans_str name = path_now(m, folder_of);
    if (name.p && ans_file_exists(name.p) && m->by) {
        /* of this very second, but what was written since must be on the one that somebody asked for */
        int64_t left_us = 1000000 - m->now_us % 1000000;
        (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){.tv_sec = left_us / 1000000, .tv_nsec = left_us % 1000000 * 1000}, NULL);
        name = path_now(m, folder_of);
    }
    m->part = ans_arena_fmt(cx->arena, "%.*s.part", ANS_FMT(name));
    if (!folder_of.p || !name.p || !m->part.p) {
        return ans_cx_nomem(cx);
    }
    if (ans_file_exists(name.p)) { /* still, for who asked: the clock was put back */
        return m->by ? ans_issue_add(cx, ANS_E_RETRY, ANS_STR_NONE, "there is a pack of this second already, and the clock says it is not over: ask again") : ANS_OK;
    }
    ans_err err = ans_dir_make(cx, folder_of.p);
    err = err == ANS_OK ? tidy(cx, folder_of.p) : err;
    err = err == ANS_OK ? ans_dir_make(cx, m->part.p) : err;
    err = err == ANS_OK ? fill(m) : err;
    err = err == ANS_OK ? evening_audit(cx, m->audit, m->f, m->facility, m->by, made, &m->people) : err;
    err = err == ANS_OK ? ans_file_place(cx, m->part.p, name.p) : err;
    if (err != ANS_OK) {
        (void)remove_folder(cx, m->part.p); /* the next one tries again */
        return err;
    }
    made->facilities++;
    return tidy(cx, folder_of.p);
}

/* ---- whose ---- */

static ans_err facilities_of(ans_cx *cx, const folder *f, ans_str *out, uint32_t *out_count)
{
    ans_reader *rd;
    ans_err err = ans_reader_open(cx, f->store, &rd);
    if (err != ANS_OK) {
        return err;
    }
    const ans_paper_view view = {.rd = rd, .search = f->search};
    err = ans_reader_begin(cx, rd);
    if (err == ANS_OK) {
        err = ans_paper_facilities(cx, &view, out, MOST_FACILITIES, out_count);
        ans_reader_end(rd);
    }
    ans_reader_close(rd);
    return err;
}

ans_err evening_make_all(ans_cx *cx, const folder *f, const char *to, evening_made *out)
{
    ans_str *at = ANS_NEW_N(cx->arena, ans_str, MOST_FACILITIES);
    uint32_t count = 0;
    *out = (evening_made){0};
    ans_err err = at ? facilities_of(cx, f, at, &count) : ans_cx_nomem(cx);
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        making m = {.cx = cx, .f = f, .facility = at[i], .made = out};
        err = make_one(&m, to);
    }
    return err;
}

/* ---- what is there ---- */

static ans_err read_newest(ans_cx *cx, const char *dir, ans_str facility, ans_json *doc, bool *out_any)
{
    ans_str whole[MOST_NAMES], parts[MOST_NAMES], text;
    uint32_t n = 0, part_count;
    ans_str folder_of = ans_arena_fmt(cx->arena, "%s/%.*s", dir, ANS_FMT(name_of(cx, facility, "")));
    ans_err err = folder_of.p ? list_packs(cx, folder_of.p, whole, &n, parts, &part_count) : ans_cx_nomem(cx);
    *out_any = err == ANS_OK && n > 0;
    if (!*out_any) {
        return err;
    }
    ans_str path = ans_arena_fmt(cx->arena, "%.*s/%.*s/pack.json", ANS_FMT(folder_of), ANS_FMT(whole[0]));
    err = path.p ? ans_file_read(cx, path.p, MANIFEST_BYTES, &text) : ans_cx_nomem(cx);
    return err == ANS_OK ? ans_json_parse(cx, text, NULL, doc) : err;
}

static int64_t made_of(ans_cx *cx, const ans_json *doc)
{
    ans_datetime d;
    ans_tick low, high;
    if (!ans_datetime_parse(ans_json_get_string(cx, doc, 0, ANS_STR("made")), true, &d)) {
        return 0;
    }
    ans_datetime_range(&d, NULL, &low, &high);
    return low / 10;
}

static uint64_t figure(const ans_json *doc, ans_jnode of, const char *name)
{
    uint64_t n = 0;
    ans_jnode at = ans_json_get(doc, of, ans_str_of(name));
    return at != ANS_JNONE && ans_str_u64(ans_json_raw(doc, at), &n) ? n : 0;
}

static ans_err read_wards(ans_cx *cx, const ans_json *doc, ans_pack_state *out)
{
    ans_jnode all = ans_json_get(doc, 0, ANS_STR("wards"));
    uint32_t count = all == ANS_JNONE ? 0 : ans_json_count(doc, all);
    out->wards = ANS_NEW_N(cx->arena, ans_pack_ward, count + 1);
    if (!out->wards) {
        return ans_cx_nomem(cx);
    }
    if (count == 0) {
        return ANS_OK;
    }
    ANS_JSON_EACH(doc, all, one)
    {
        out->wards[out->ward_count++] = (ans_pack_ward){.id = ans_json_get_string(cx, doc, one, ANS_STR("id")), .name = ans_json_get_string(cx, doc, one, ANS_STR("name")),
                                                        .people = (uint32_t)figure(doc, one, "people"), .pages = (uint32_t)figure(doc, one, "pages"),
                                                        .bytes = figure(doc, one, "bytes")};
    }
    return ANS_OK;
}

/* ---- every evening ---- */

/* With the lock. NULL: no room for it. */
static house *house_of(evening *e, ans_str id, bool may_add)
{
    for (uint32_t i = 0; i < e->count; i++) {
        if (ans_str_is(id, e->houses[i].id)) {
            return &e->houses[i];
        }
    }
    if (!may_add || e->count == MOST_FACILITIES || id.n >= ID_BYTES) {
        return NULL;
    }
    house *h = &e->houses[e->count++];
    *h = (house){0};
    memcpy(h->id, id.p, id.n);
    return h;
}

static void look_at(evening *e, ans_str id)
{
    ans_cx cx = {.arena = ans_arena_new(MANIFEST_BYTES * 4)};
    ans_json doc;
    bool any = false;
    (void)pthread_mutex_lock(&e->lock);
    house *h = house_of(e, id, false);
    (void)pthread_mutex_unlock(&e->lock);
    if (h || !cx.arena) {
        ans_arena_free(cx.arena);
        return;
    }
    bool is_read = read_newest(&cx, e->dir, id, &doc, &any) == ANS_OK; /* one that cannot be read is made anew */
    (void)pthread_mutex_lock(&e->lock);
    h = house_of(e, id, true);
    if (h && is_read && any) {
        h->made_us = made_of(&cx, &doc);
    }
    (void)pthread_mutex_unlock(&e->lock);
    ans_arena_free(cx.arena);
}

static bool is_wanted(const evening *e, const house *h, int64_t now_us)
{
    if (h->is_asked) {
        return true;
    }
    bool is_due = e->at_minute >= 0 && h->made_us < evening_due(ans_search_zone(e->folder->search), e->at_minute, now_us);
    return is_due && (h->failed_us == 0 || now_us - h->tried_us >= AGAIN_US || now_us < h->tried_us);
}

static void make_for(evening *e, house *h)
{
    ans_cx cx = {.arena = ans_arena_new(LIST_BYTES)};
    evening_made made = {0};
    int64_t started = ans_mono_us(), now = ans_now_us();
    (void)pthread_mutex_lock(&e->lock);
    const evening_asker by = h->by;
    const bool is_asked = h->is_asked;
    making m = {.cx = &cx, .f = e->folder, .facility = ans_str_of(h->id), .made = &made, .is_ending = &e->is_ending, .audit = e->audit, .by = is_asked ? &by : NULL};
    h->is_asked = false; /* who asks from now on gets one of their own */
    (void)pthread_mutex_unlock(&e->lock);
    ans_err err = cx.arena ? make_one(&m, e->dir) : ANS_E_NOMEM;
    (void)pthread_mutex_lock(&e->lock);
    bool is_cut = atomic_load(&e->is_ending) && err == ANS_E_BUSY;
    h->is_making = false;
    h->is_told = h->is_told && err != ANS_OK;
    h->is_over = h->is_over && err == ANS_OK;
    h->tried_us = now;
    h->made_us = err == ANS_OK ? now : h->made_us;
    h->failed = err == ANS_OK ? NULL : ans_err_name(err);
    h->failed_us = err == ANS_OK ? 0 : h->failed_us ? h->failed_us : now;
    (void)pthread_mutex_unlock(&e->lock);
    if (err == ANS_OK) {
        ans_log("info", "event=pack wards=%u people=%u pages=%u ms=%lld", made.wards, made.people, made.pages, (long long)((ans_mono_us() - started) / 1000));
    } else if (!is_cut) {
        ans_log("error", "event=pack_failed error=%s", ans_err_name(err));
    }
    ans_arena_free(cx.arena);
}

/* Facilities that came since are looked for once a round. */
static void find_houses(evening *e)
{
    ans_cx cx = {.arena = ans_arena_new(LIST_BYTES)};
    ans_str *at = cx.arena ? ANS_NEW_N(cx.arena, ans_str, MOST_FACILITIES) : NULL;
    uint32_t count = 0;
    if (!at || facilities_of(&cx, e->folder, at, &count) != ANS_OK) {
        ans_log("error", "event=pack_failed error=facilities");
    }
    for (uint32_t i = 0; i < count; i++) {
        look_at(e, at[i]);
    }
    ans_arena_free(cx.arena);
}

/* The head of a facility whose pack fails knows, and hears no more of it once it was made. What cannot be told now is told the next time. */
static void tell_head(evening *e, house *h)
{
    (void)pthread_mutex_lock(&e->lock);
    ans_rest *rest = e->rest;
    bool fails = h->failed_us != 0, is_known = fails ? h->is_told : h->is_over || !h->made_us;
    int64_t since = h->failed_us;
    (void)pthread_mutex_unlock(&e->lock);
    ans_cx cx = {.arena = rest && !is_known ? ans_arena_new(LIST_BYTES) : NULL};
    if (!cx.arena) {
        return;
    }
    ans_err err = fails ? evening_notice(&cx, rest, e->folder, ans_str_of(h->id), since) : evening_notice_over(&cx, rest, ans_str_of(h->id));
    if (err != ANS_OK) {
        ans_log("error", "event=pack_untold error=%s", ans_err_name(err));
    }
    (void)pthread_mutex_lock(&e->lock);
    h->is_told = fails && err == ANS_OK;
    h->is_over = !fails && err == ANS_OK;
    (void)pthread_mutex_unlock(&e->lock);
    ans_arena_free(cx.arena);
}

static void make_round(evening *e)
{
    bool ends = false;
    find_houses(e);
    for (uint32_t i = 0; !ends; i++) {
        (void)pthread_mutex_lock(&e->lock);
        house *h = i < e->count ? &e->houses[i] : NULL;
        ends = atomic_load(&e->is_ending) || !h;
        bool is_now = !ends && is_wanted(e, h, ans_now_us());
        if (is_now) {
            h->is_making = true;
        }
        (void)pthread_mutex_unlock(&e->lock);
        if (is_now) {
            make_for(e, h);
        }
        if (!ends) {
            tell_head(e, h);
        }
    }
}

static bool has_asked(const evening *e)
{
    for (uint32_t i = 0; i < e->count; i++) {
        if (e->houses[i].is_asked) {
            return true;
        }
    }
    return false;
}

static void *work(void *arg)
{
    evening *e = arg;
    int64_t next = ans_mono_us() + (int64_t)e->first_ms * 1000;
    ans_thread_stand_back(STAND_BACK);
    (void)pthread_mutex_lock(&e->lock);
    while (!atomic_load(&e->is_ending)) {
        int64_t left = next - ans_mono_us();
        if (left > 0 && !has_asked(e)) {
            (void)ans_cond_wait(&e->wake, &e->lock, (uint32_t)(left / 1000 + 1)); /* may wake early: looks again */
            continue;
        }
        (void)pthread_mutex_unlock(&e->lock);
        make_round(e);
        next = ans_mono_us() + (int64_t)LOOK_MS * 1000;
        (void)pthread_mutex_lock(&e->lock);
    }
    (void)pthread_mutex_unlock(&e->lock);
    return NULL;
}

/* ---- for the rest ---- */

static ans_err look(void *arg, ans_cx *cx, ans_str facility, ans_pack_state *out)
{
    evening *e = arg;
    ans_json doc;
    bool any = false;
    *out = (ans_pack_state){.at_minute = e->at_minute};
    (void)pthread_mutex_lock(&e->lock);
    const house *h = house_of(e, facility, false);
    if (h) {
        out->failed_us = h->failed_us;
        out->failed = h->failed;
        out->is_making = h->is_making || h->is_asked;
    }
    (void)pthread_mutex_unlock(&e->lock);
    ans_err err = read_newest(cx, e->dir, facility, &doc, &any);
    if (err != ANS_OK || !any) {
        return err;
    }
    out->made_us = made_of(cx, &doc);
    return read_wards(cx, &doc, out);
}

static void make(void *arg, ans_str facility, const ans_pack_asker *by)
{
    evening *e = arg;
    (void)pthread_mutex_lock(&e->lock);
    house *h = house_of(e, facility, true);
    if (h) {
        h->is_asked = true;
        evening_asker_keep(&h->by, by);
    }
    (void)pthread_cond_signal(&e->wake);
    (void)pthread_mutex_unlock(&e->lock);
}

static uint64_t failed_count(void *arg)
{
    evening *e = arg;
    uint64_t n = 0;
    (void)pthread_mutex_lock(&e->lock);
    for (uint32_t i = 0; i < e->count; i++) {
        n += e->houses[i].failed_us != 0;
    }
    (void)pthread_mutex_unlock(&e->lock);
    return n;
}

static int64_t oldest_us(void *arg)
{
    evening *e = arg;
    int64_t oldest = 0;
    (void)pthread_mutex_lock(&e->lock);
    for (uint32_t i = 0; i < e->count; i++) {
        int64_t made = e->houses[i].made_us;
        oldest = made && (!oldest || made < oldest) ? made : oldest;
    }
    (void)pthread_mutex_unlock(&e->lock);
    return oldest;
}

/* ---- the whole ---- */

ans_err evening_start(ans_cx *cx, const options *o, const folder *f, ans_audit *audit, evening **out)
{
    evening *e = ANS_NEW(cx->arena, evening);
    ans_str dir = ans_arena_fmt(cx->arena, "%s/pack", o->data);
    int32_t minute = -1;
    *out = NULL;
    if (!e || !dir.p) {
        return ans_cx_nomem(cx);
    }
    if (!evening_time(o->pack, &minute)) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "--pack takes a time of the day (18:00), or off");
    }
    e->folder = f;
    e->audit = audit;
    e->dir = dir.p;
    e->at_minute = minute;
    e->first_ms = o->pack_after ? o->pack_after * 1000 : LOOK_MS;
    e->houses = ANS_NEW_N(cx->arena, house, MOST_FACILITIES);
    e->door = (ans_packs){e, look, make, failed_count, oldest_us};
    if (!e->houses) {
        return ans_cx_nomem(cx);
    }
    (void)pthread_mutex_init(&e->lock, NULL); /* cannot fail on Linux */
    (void)pthread_cond_init(&e->wake, NULL);
    if (pthread_create(&e->thread, NULL, work, e) != 0) {
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no thread for the evening's packs");
    }
    *out = e;
    return ANS_OK;
}

const ans_packs *evening_packs(evening *e)
{
    return e ? &e->door : NULL;
}

void evening_tell_by(evening *e, ans_rest *rest)
{
    if (e) {
        (void)pthread_mutex_lock(&e->lock);
        e->rest = rest;
        (void)pthread_mutex_unlock(&e->lock);
    }
}

void evening_stop(evening *e)
{
    if (!e || atomic_exchange(&e->is_ending, true)) {
        return;
    }
    (void)pthread_mutex_lock(&e->lock);
    (void)pthread_cond_signal(&e->wake);
    (void)pthread_mutex_unlock(&e->lock);
    (void)pthread_join(e->thread, NULL);
}

void evening_free(evening *e)
{
    evening_stop(e);
    if (e) {
        (void)pthread_mutex_destroy(&e->lock);
        (void)pthread_cond_destroy(&e->wake);
    }
}
