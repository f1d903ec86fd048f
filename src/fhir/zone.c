/* Time zones: a list of changes and, behind the last one, a rule. Read from the system's TZif files
 * (RFC 8536, version 2 and later), because the C library's own zone is one for the whole process
 * and cannot be asked two questions at once.
 *
 * Two zones are built in and never read from the system: UTC, and Asia/Ho_Chi_Minh, our default. A
 * minimal Debian has no zone files, and tzdata has corrected Vietnam's history before (2024a moved
 * changes of 1945 and 1955): dates without zone are indexed as instants, so a correction would
 * silently part old index entries from new searches. */
#include "fhir/zone_int.h"

#include <pthread.h>

#include "base/os.h"

#define FILE_BYTES ((size_t)256 * 1024)
#define HEADER_BYTES ((size_t)44)
#define FOLDER "/usr/share/zoneinfo/"

struct ans_zone {
    ans_zone *next;
    ans_str name;
    int32_t first; /* offset before the first change, seconds east of UTC */
    size_t count;
    const int64_t *at;     /* the changes, ascending */
    const int32_t *offset; /* that hold from there on */
    bool has_rule;         /* behind the last change */
    ans_tz_rule rule;
};

/* tz database 2025b, "asia", Zone Asia/Ho_Chi_Minh */
static const int64_t vietnam_at[] = {-2004073590, -1851577590, -852105600, -782643600, -767869200,
                                     -718095600,  -457772400,  -315648000, 171820800};
static const int32_t vietnam_offset[] = {25590, 25200, 28800, 32400, 25200,
                                         28800, 25200, 28800, 25200};
static const ans_zone vietnam = {.name = {"Asia/Ho_Chi_Minh", 16},
                                 .first = 25590,
                                 .count = sizeof vietnam_at / sizeof vietnam_at[0],
                                 .at = vietnam_at,
                                 .offset = vietnam_offset};
static const ans_zone utc = {.name = {"UTC", 3}};

static const struct {
    const char *name;
    const ans_zone *zone;
} built_in[] = {
    {"UTC", &utc},
    {"Z", &utc},
    {"Etc/UTC", &utc},
    {"Asia/Ho_Chi_Minh", &vietnam},
    {"Asia/Saigon", &vietnam}, /* its name until 2007 */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static ans_zone *opened; /* never freed: zones live as long as the process */

/* ---- asking ---- */

static int32_t offset_at(const ans_zone *zone, int64_t utc_seconds)
{
    size_t low = 0, high = zone->count; /* changes up to now */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (zone->at[middle] <= utc_seconds) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (zone->has_rule && low == zone->count) {
        return ans_tz_rule_offset(&zone->rule, utc_seconds);
    }
    return low ? zone->offset[low - 1] : zone->first;
}

void ans_zone_instants(const ans_zone *zone, int64_t wall, int64_t *out_first, int64_t *out_last)
{
    /* no offset is larger than a day, and no zone changes twice within two */
    int32_t before = zone ? offset_at(zone, wall - 86400) : 0;
    int32_t after = zone ? offset_at(zone, wall + 86400) : 0;
    int64_t early = wall - before, late = wall - after;
    if (before == after) {
        *out_first = *out_last = early;
        return;
    }
    bool is_early = offset_at(zone, early) == before;
    bool is_late = offset_at(zone, late) == after;
    *out_first = is_early || !is_late ? early : late;
    *out_last = is_late ? late : early;
}

ans_datetime ans_zone_wall(const ans_zone *zone, int64_t us)
{
    int64_t seconds = us / 1000000 - (us % 1000000 < 0);
    int32_t offset = zone ? offset_at(zone, seconds) : 0;
    int64_t wall = seconds + offset, day = wall / 86400 - (wall % 86400 < 0), in_day = wall - day * 86400;
    int year, month, date;
    ans_civil_from_days(day, &year, &month, &date);
    return (ans_datetime){.year = (int16_t)year,
                          .month = (uint8_t)month,
                          .day = (uint8_t)date,
                          .hour = (uint8_t)(in_day / 3600),
                          .minute = (uint8_t)(in_day / 60 % 60),
                          .second = (uint8_t)(in_day % 60),
                          .precision = ANS_PREC_SECOND,
                          .has_zone = true,
                          .zone_minutes = (int16_t)(offset / 60)};
}

/* ---- reading TZif ---- */

typedef struct tzif {
    size_t is_ut, is_std, leaps, times, types, chars; /* the six counts of a header, in its order */
} tzif;

static int64_t big_endian(const char *p, int bytes)
{
    int64_t value = (signed char)p[0];
    for (int i = 1; i < bytes; i++) {
        value = value * 256 + (unsigned char)p[i];
    }
    return value;
}

static bool read_header(ans_str file, tzif *out)
{
    if (file.n < HEADER_BYTES || memcmp(file.p, "TZif", 4) != 0 || file.p[4] < '2') {
        return false;
    }
    size_t counts[6];
    for (int i = 0; i < 6; i++) {
        int64_t n = big_endian(file.p + 20 + 4 * i, 4);
        if (n < 0 || n > (int64_t)FILE_BYTES) {
            return false;
        }
        counts[i] = (size_t)n;
    }
    *out = (tzif){counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]};
    return true;
}

static size_t block_bytes(const tzif *h, size_t time_bytes)
{
    return HEADER_BYTES + h->times * (time_bytes + 1) + h->types * 6 + h->chars +
           h->leaps * (time_bytes + 4) + h->is_std + h->is_ut;
}

static bool read_changes(ans_str body, const tzif *h, int64_t *at, int32_t *offset, ans_zone *zone)
{
    const char *kinds = body.p + h->times * 8, *types = kinds + h->times;
    for (size_t i = 0; i < h->times; i++) {
        size_t kind = (unsigned char)kinds[i];
        at[i] = big_endian(body.p + i * 8, 8);
        if (kind >= h->types || (i > 0 && at[i] <= at[i - 1])) {
            return false;
        }
        offset[i] = (int32_t)big_endian(types + kind * 6, 4);
    }
    zone->first = (int32_t)big_endian(types, 4);
    zone->count = h->times;
    zone->at = at;
    zone->offset = offset;
    return true;
}

/* The line behind the block, between newlines; an empty one says: as after the last change. */
static bool read_footer(ans_str footer, ans_zone *zone)
{
    if (footer.n < 2 || footer.p[0] != '\n' || footer.p[footer.n - 1] != '\n') {
        return false;
    }
    ans_str text = {footer.p + 1, footer.n - 2};
    zone->has_rule = text.n > 0;
    return text.n == 0 || ans_tz_rule_parse(text, &zone->rule);
}

/* The file holds the data twice, first with 32-bit times for old readers; the second is ours. */
static bool second_block(ans_str file, tzif *out, ans_str *block)
{
    if (!read_header(file, out) || block_bytes(out, 4) > file.n) {
        return false;
    }
    *block = ans_str_from(file, block_bytes(out, 4));
    return read_header(*block, out) && block_bytes(out, 8) <= block->n && out->types > 0 &&
           out->leaps == 0; /* "right/..." counts leap seconds, we do not */
}

static ans_err zone_parse(ans_cx *cx, ans_str name, ans_str file, ans_zone **out)
{
    tzif h;
    ans_str block;
    if (!second_block(file, &h, &block)) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE,
                             "time zone file of %.*s is not readable", ANS_FMT(name));
    }
    size_t bytes = sizeof(ans_zone) + h.times * (sizeof(int64_t) + sizeof(int32_t)) + name.n;
    ans_zone *zone = ans_alloc(bytes);
    if (!zone) {
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for a time zone");
    }
    memset(zone, 0, sizeof *zone);
    int64_t *at = (int64_t *)(zone + 1);
    int32_t *offset = (int32_t *)(at + h.times);
    char *text = (char *)(offset + h.times);
    memcpy(text, name.p, name.n);
    zone->name = (ans_str){text, name.n};
    if (!read_changes(ans_str_from(block, HEADER_BYTES), &h, at, offset, zone) ||
        !read_footer(ans_str_from(block, block_bytes(&h, 8)), zone)) {
        ans_free(zone);
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "time zone file of %.*s is damaged",
                             ANS_FMT(name));
    }
    *out = zone;
    return ANS_OK;
}

/* ---- opening ---- */

/* Names of the tz database; nothing that could leave its folder. */
static bool is_name(ans_str name)
{
    if (name.n == 0 || name.n > 64 || name.p[0] == '/' ||
        ans_str_search(name, ANS_STR("..")) >= 0) {
        return false;
    }
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              memchr("/_+-", c, 4))) {
            return false;
        }
    }
    return true;
}

/* "+07:00" */
static bool fixed_offset(ans_str name, int32_t *out)
{
    char text[32] = "2000-01-01T00:00:00";
    ans_datetime d;
    if (name.n != 6) {
        return false;
    }
    memcpy(text + 19, name.p, name.n);
    if (!ans_datetime_parse((ans_str){text, 25}, false, &d) || !d.has_zone) {
        return false;
    }
    *out = d.zone_minutes * 60;
    return true;
}

static ans_err zone_make(ans_cx *cx, ans_str name, ans_zone **out)
{
    int32_t offset;
    if (fixed_offset(name, &offset)) {
        ans_zone *zone = ans_alloc(sizeof *zone + name.n);
        if (!zone) {
            return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for a time zone");
        }
        *zone = (ans_zone){.name = {(char *)(zone + 1), name.n}, .first = offset};
        memcpy(zone + 1, name.p, name.n);
        *out = zone;
        return ANS_OK;
    }
    ans_str path =
        is_name(name) ? ans_arena_fmt(cx->arena, FOLDER "%.*s", ANS_FMT(name)) : ANS_STR("");
    if (!path.p) {
        return ans_cx_nomem(cx);
    }
    if (path.n == 0 || !ans_file_exists(path.p)) {
        return ans_issue_add(
            cx, ANS_E_VALUE, ANS_STR_NONE,
            "time zone %.*s is not known: use UTC, Asia/Ho_Chi_Minh, an offset such "
            "as +07:00, or install tzdata",
            ANS_FMT(name));
    }
    ans_str file;
    ans_err err = ans_file_read(cx, path.p, FILE_BYTES, &file);
    return err == ANS_OK ? zone_parse(cx, name, file, out) : err;
}

static const ans_zone *find(ans_str name)
{
    for (size_t i = 0; i < sizeof built_in / sizeof built_in[0]; i++) {
        if (ans_str_is(name, built_in[i].name)) {
            return built_in[i].zone;
        }
    }
    const ans_zone *zone = opened;
    while (zone && !ans_str_eq(zone->name, name)) {
        zone = zone->next;
    }
    return zone;
}

ans_err ans_zone_open(ans_cx *cx, ans_str name, const ans_zone **out)
{
    ans_err err = ANS_OK;
    pthread_mutex_lock(&lock);
    const ans_zone *zone = find(name);
    if (!zone) {
        ans_zone *made = NULL;
        err = zone_make(cx, name, &made);
        if (err == ANS_OK) {
            made->next = opened;
            opened = made;
            zone = made;
        }
    }
    pthread_mutex_unlock(&lock);
    if (err == ANS_OK) {
        *out = zone;
    }
    return err;
}
