/* Official papers of the record as PDF: what each says is gathered through one pair of eyes (the searches and the filter of who asks), laid
 * out by sheet.h, and named by the hash of its text. What forms are called, ask for and rest on is content (content/papers/papers.json);
 * how each is gathered is a file of this room. Free of sockets and of accounts.
 *
 * What is not seen is not on paper, and no paper tells that something is missing (docs/decisions/0005): every paper says the same sentence,
 * that it holds what its printer may see. Whose care the roles of the printer do not reach at all is another thing: a pack says it of them, for an
 * empty page would be read as "no medicines". */
#ifndef ANS_PAPER_PAPER_H
#define ANS_PAPER_PAPER_H

#include "search/search.h"

/* The record as somebody sees it, within one moment. */
typedef struct ans_paper_view {
    ans_reader *rd; /* begun */
    ans_search *search;
    const ans_search_filter *filter; /* NULL: everything */
    bool (*shows)(void *arg, const ans_version *v); /* asked for each resource that goes on paper, and told of it; NULL: all */
    bool (*reads)(void *arg, ans_str type); /* may who prints read anything of this type, of anybody? NULL: everything */
    bool (*is_unseen)(void *arg, ans_str patient_id); /* who is seen, and of their care nothing: their page says so. NULL: nobody */
    void *arg;
} ans_paper_view;

typedef struct ans_paper_ask {
    ans_paper_view view;
    ans_str form;       /* "vitals": a form of papers.json */
    ans_str type, id;   /* of what: Patient, Location, Organization */
    ans_str start, end; /* days, both included; empty: as the form says */
    int64_t now_us;
    bool without_place; /* of an Organization: only who has no bed */
    ans_str by;         /* who prints it, as others know them */
    ans_str program;    /* "An Sinh 0.1" */
    bool is_training;   /* every page says that nobody on it is real */
} ans_paper_ask;

typedef struct ans_paper {
    ans_str bytes;      /* the PDF */
    ans_str file;       /* "vitals-2026-11-21.pdf": nobody's name */
    uint32_t pages;
    uint32_t people;    /* of a ward's */
    char hash[17];
} ans_paper;

/* owns     out in cx->arena
 * errors   ANS_E_NOTFOUND there is no such thing, or it is not seen; ANS_E_FORBIDDEN what it must say is not for who asks; ANS_E_VALUE form or days; ANS_E_COSTLY, ANS_E_TOOBIG more than fits */
ANS_MUST_USE ans_err ans_paper_print(ans_cx *cx, const ans_paper_ask *ask, ans_paper *out);

/* A small page in words for whoever pressed a link and gets no paper: status is HTTP's. Empty when memory is out.
 * owns     in cx->arena */
ans_str ans_paper_refusal(ans_cx *cx, int status);

/* Where people of a facility live now: its wards by name, and one without id for who has no bed, where there is one.
 * owns     out in cx->arena */
typedef struct ans_paper_place {
    ans_str id, name;
} ans_paper_place;
ANS_MUST_USE ans_err ans_paper_places(ans_cx *cx, const ans_paper_view *view, ans_str facility, int64_t now_us, ans_paper_place **out, uint32_t *out_count);
/* Facilities in which somebody lives now, by id; at most `most`. */
ANS_MUST_USE ans_err ans_paper_facilities(ans_cx *cx, const ans_paper_view *view, ans_str *out, uint32_t most, uint32_t *out_count);

/* The forms of a type, one a call: *at starts as 0; empty at the end. */
ANS_MUST_USE ans_err ans_paper_forms_of(ans_cx *cx, ans_str type, ans_str *out, uint32_t *out_count, uint32_t most);

/* The table built into the program (content/papers/papers.json). */
extern const char ans_paper_table[];
extern const size_t ans_paper_table_bytes;
/* Ways in, with the law each rests on (content/stay/admission.json). */
extern const char ans_paper_ways[];
extern const size_t ans_paper_ways_bytes;

#endif
