/* Organisations in time: one place that access, care and later the programme share. Held in memory, made from the
 * Organization and OrganizationAffiliation resources of the store, and following every write before it is answered.
 *
 * Ideas.
 * - An organisation has a number (ans_org) as long as this process runs: 1, 2, 3 ... in order of first mention. A number is
 *   never reused, so sets of them may be kept. One that is only referred to has a number too.
 * - Several trees at once, called lines (`health`, `home-affairs`, `public-security`, `civil` ...). A parent link belongs to
 *   one line or several and to a span of days. Organization.partOf is a parent link in every line for all time: a department follows
 *   its facility. In one line an organisation should have one parent a day; more are followed all, and reported.
 * - Everything is asked as of a day (what was valid), and if wanted as known on a moment (what the record said then).
 *   A day is a day where the facility is; periods are in whole days, both ends included, as in FHIR.
 * - Succession is a relation of its own: what became of the province, of the department, of one function of it.
 *
 * Threads: every question from any thread. Answers are copies: nothing here must be held or given back. A cycle of parent links
 * is harmless: nothing is visited twice.
 *
 * The FHIR form is told in docs/organisations.md. */
#ifndef ANS_AUTH_ORG_H
#define ANS_AUTH_ORG_H

#include "auth/who.h"
#include "search/search.h"

typedef uint32_t ans_org;   /* 0: none */
typedef uint32_t ans_lines; /* a set of lines, one bit each; 0: none */
typedef int32_t ans_day;    /* days since 1970-01-01 */

#define ANS_DAY_MIN INT32_MIN /* open start */
#define ANS_DAY_MAX INT32_MAX /* open end */
#define ANS_LINES_ALL UINT32_MAX

typedef struct ans_as_of {
    ans_day day;
    int64_t known_us; /* as known at this moment, UTC microseconds; 0: as known now */
} ans_as_of;

/* ---- life ---- */

/* Read everything there is and follow the store from now on. Start-up only, before the first write of others. Stays until
 * ans_orgs_free, which must come after the store is closed or when nobody writes any more.
 * errors   ANS_E_NOMEM; ANS_E_IO, ANS_E_CORRUPT from the store. A resource that makes no sense here is skipped, and reported. */
ANS_MUST_USE ans_err ans_orgs_new(ans_cx *cx, ans_store *store, const ans_search *search, ans_orgs **out);
void ans_orgs_free(ans_orgs *orgs);
/* Grows with every change of any organisation or link: a cache made at one edition is right as long as it stands. */
uint64_t ans_orgs_edition(ans_orgs *orgs);

/* ---- names of things ---- */

ans_org ans_orgs_find(ans_orgs *orgs, ans_str id);       /* id of an Organization; 0: never heard of */
ans_str ans_orgs_id(ans_orgs *orgs, ans_org org);        /* lives as long as orgs; empty for 0 */
ans_rid ans_orgs_rid(ans_orgs *orgs, ans_org org);       /* the store's number; 0: no Organization was written */
uint32_t ans_orgs_count(ans_orgs *orgs);                 /* the largest number */
ans_lines ans_orgs_line(ans_orgs *orgs, ans_str code);   /* "health" -> its bit; 0: no link names it */
ans_str ans_orgs_line_code(ans_orgs *orgs, ans_lines line); /* of the lowest bit; lives as long as orgs */

/* "2024-06-01" (also a dateTime: its day; a year or month: its first day). False: not a date. */
bool ans_day_parse(ans_str text, ans_day *out);
/* A moment from a date or dateTime; what has no zone is in Viet Nam. */
bool ans_moment_parse(ans_str text, int64_t *out_us);
ans_str ans_day_print(ans_arena *arena, ans_day day); /* "2024-06-01"; empty for MIN and MAX */
ans_day ans_day_of(int64_t us);                       /* the day in Vietnam (UTC+7) of a moment */
static inline ans_as_of ans_as_of_day(ans_day day)
{
    return (ans_as_of){.day = day};
}

/* ---- where it stands ---- */

/* Is org the same as root, or below it in one of the lines? The gate's question: a few pointer steps up. */
bool ans_orgs_is_within(ans_orgs *orgs, ans_org org, ans_org root, ans_lines lines, ans_as_of as_of);

/* A set of organisations: bit n of words[n / 64]. */
typedef struct ans_org_set {
    uint64_t *words;
    uint32_t word_count, count;
} ans_org_set;
static inline bool ans_org_set_has(const ans_org_set *set, ans_org org)
{
    return org / 64 < set->word_count && (set->words[org / 64] >> (org % 64) & 1);
}
/* root and everything below it; in cx->arena. An unknown root (0) makes an empty set. */
ANS_MUST_USE ans_err ans_orgs_subtree(ans_cx *cx, ans_orgs *orgs, ans_org root, ans_lines lines, ans_as_of as_of,
                                      ans_org_set *out);
/* The lines in which it has a parent or a child that day (partOf does not count). */
ans_lines ans_orgs_lines_of(ans_orgs *orgs, ans_org org, ans_as_of as_of);

typedef enum ans_org_relation {
    ANS_ORG_PARENT,
    ANS_ORG_MERGE,    /* went into the successor, alone or with others */
    ANS_ORG_SPLIT,    /* a part became the successor */
    ANS_ORG_HANDOVER, /* a function went over; the predecessor may live on */
    ANS_ORG_RENAME    /* a new organisation in law, the same in everything else */
} ans_org_relation;

typedef struct ans_org_link {
    ans_org upper, lower; /* parent and child; successor and predecessor */
    uint8_t relation;     /* ans_org_relation */
    ans_lines lines;      /* of a parent link; ANS_LINES_ALL for partOf */
    ans_day from, to;     /* first and last day; a succession has its day in `from` */
    int64_t recorded_us;
    ans_str id;           /* of the OrganizationAffiliation; empty for partOf */
    ans_str legal_basis, share, function; /* share: a decimal, as written */
    uint32_t depth;       /* of ans_orgs_succession: steps from where it began, from 1 */
} ans_org_link;

/* Links of that day, by number of the other end; lists live in cx->arena. */
ANS_MUST_USE ans_err ans_orgs_parents(ans_cx *cx, ans_orgs *orgs, ans_org org, ans_lines lines, ans_as_of as_of,
                                      ans_org_link **out, uint32_t *out_count);
ANS_MUST_USE ans_err ans_orgs_children(ans_cx *cx, ans_orgs *orgs, ans_org org, ans_lines lines, ans_as_of as_of,
                                       ans_org_link **out, uint32_t *out_count);

/* What became of it (forward), or what was before it: all steps, each once, nearest first. as_of.day is the last day (forward)
 * or the first day (back) of interest: ANS_DAY_MAX and ANS_DAY_MIN for the whole story. function: only what concerns that
 * function of it (links without a function concern all); empty: everything. */
ANS_MUST_USE ans_err ans_orgs_succession(ans_cx *cx, ans_orgs *orgs, ans_org org, bool forward, ans_str function,
                                         ans_as_of as_of, ans_org_link **out, uint32_t *out_count);

/* ---- what it is ---- */

typedef enum ans_org_fact {
    ANS_ORG_NAME,           /* value: the name */
    ANS_ORG_KIND,           /* system and value: a coding, e.g. urn:ansinh:organization-kind | province */
    ANS_ORG_CODE,           /* system and value: an identifier */
    ANS_ORG_RESPONSIBILITY, /* value: the function; system: the line's code; legal_basis */
    ANS_ORG_LEVEL           /* of the civil line: value: the level (province, district, commune); legal_basis */
} ans_org_fact;

typedef struct ans_org_value {
    uint8_t fact; /* ans_org_fact */
    bool is_undated; /* Organization.name, type: no period was given */
    ans_day from, to;
    int64_t recorded_us;
    ans_str system, value, display, legal_basis;
} ans_org_value;

/* Its name that day; empty when it had none (did not exist). Organization.name counts where no dated name stands. */
ans_str ans_orgs_name(ans_cx *cx, ans_orgs *orgs, ans_org org, ans_as_of as_of);
/* The latest name it has had: for saying who it was. */
ans_str ans_orgs_last_name(ans_cx *cx, ans_orgs *orgs, ans_org org);
/* Its code in a system that day: ans_orgs_code(..., ANS_ORG_KIND, ANS_STR("urn:ansinh:organization-kind"), ...) */
ans_str ans_orgs_code(ans_cx *cx, ans_orgs *orgs, ans_org org, ans_org_fact fact, ans_str system, ans_as_of as_of);
/* All of one fact that day (dated ones before undated ones), in cx->arena. */
ANS_MUST_USE ans_err ans_orgs_values(ans_cx *cx, ans_orgs *orgs, ans_org org, ans_org_fact fact, ans_as_of as_of,
                                     ans_org_value **out, uint32_t *out_count);
/* Was it there that day: has it a dated name of that day, or no dated name at all (and a resource)? */
bool ans_orgs_exists(ans_orgs *orgs, ans_org org, ans_as_of as_of);
/* Who has this function that day, among root and what is below it in these lines; root 0: among all. */
ANS_MUST_USE ans_err ans_orgs_responsible(ans_cx *cx, ans_orgs *orgs, ans_str function, ans_org root, ans_lines lines,
                                          ans_as_of as_of, ans_org **out, uint32_t *out_count);
/* Who has this code (an identifier) that day; 0: nobody. The lowest number when several. */
ans_org ans_orgs_by_code(ans_orgs *orgs, ans_str system, ans_str code, ans_as_of as_of);

/* ---- what is wrong ---- */

typedef enum ans_org_trouble {
    ANS_ORG_OVERLAP, /* two parents in one line on one day, or two names, or two codes of one system */
    ANS_ORG_CYCLE,   /* it stands below itself */
    ANS_ORG_BLANK,   /* named by a link, but there is no such Organization */
    ANS_ORG_UNREAD   /* a resource (an OrganizationAffiliation of ours) that cannot be understood; org may be 0 */
} ans_org_trouble;

typedef struct ans_org_problem {
    uint8_t trouble; /* ans_org_trouble */
    ans_org org;
    ans_day day;     /* one day on which it is so */
    ans_str text;    /* ids and codes only */
} ans_org_problem;

/* Look at everything (as known now); at most `limit` findings, in cx->arena. */
ANS_MUST_USE ans_err ans_orgs_problems(ans_cx *cx, ans_orgs *orgs, uint32_t limit, ans_org_problem **out,
                                       uint32_t *out_count);

#endif
