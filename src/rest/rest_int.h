/* Inside rest: one call as a job, its route, its answer. */
#ifndef ANS_REST_INT_H
#define ANS_REST_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "auth/audit.h"
#include "auth/consent.h"
#include "auth/gate.h"
#include "auth/pace.h"
#include "auth/request.h"
#include "json/json.h"
#include "rest/rest.h"
#include "term/term.h"

typedef enum interaction {
    I_NONE, I_READ, I_VREAD, I_CREATE, I_UPDATE, I_DELETE, I_HISTORY, I_SEARCH, I_BUNDLE, I_CAPABILITIES,
    I_HEALTH, I_METRICS, I_ASSET, I_SIGN, I_OPERATION, I_SMART
} interaction;

typedef struct operation operation;

typedef struct route {
    uint8_t what;       /* interaction */
    ans_type type;      /* 0: the whole system */
    ans_str id;
    uint32_t vid;
    ans_str query;      /* encoded */
    const operation *op; /* of I_OPERATION */
    bool is_patch;      /* I_UPDATE: the body says what changes, not what comes of it */
    ans_type within;    /* I_SEARCH: in the compartment of this type */
    ans_str within_id;
} route;

/* What an interaction needs of the outside: the same for a call, a batch entry and an import. */
typedef struct request {
    ans_str method, path, query, body; /* path below the base: "Patient/1"; body: JSON text */
    ans_str if_match, if_none_match, if_none_exist, if_modified_since, prefer;
    bool is_form;       /* body is application/x-www-form-urlencoded */
    bool is_merge;      /* body of a PATCH is a JSON Merge Patch, or (is_maybe_merge) what it is shows itself */
    bool is_maybe_merge;
    bool is_fhir_patch; /* it is a FHIRPath Patch */
    bool is_packed, is_raw, is_maybe_raw; /* body.c: gzip; the bytes of a Binary; JSON that may be one or the other */
} request;

typedef struct answer {
    int status;
    ans_str body;
    bool is_outcome;          /* body tells how it went; it is not the resource */
    ans_str etag, location;
    int64_t when_us;          /* of the version; 0: none */
    const char *content_type; /* NULL: FHIR JSON */
    const char *cache;        /* Cache-Control, NULL: no-store for FHIR */
    bool is_gzip, is_asset, is_varied; /* is_varied: who takes no gzip gets other bytes */
    ans_str cookies[2];       /* Set-Cookie */
    const char *authenticate; /* WWW-Authenticate of a 401; NULL: Bearer, at the doors of FHIR */
    uint32_t retry_seconds;   /* Retry-After */
} answer;

typedef struct job job;

enum { VALIDATE_TYPES = 1024 }; /* more than the types of R4 */

struct ans_rest {
    ans_rest_options o;
    const ans_http_server *http;
    ans_term_closures *closures;
    const ans_purposes *purposes; /* in the arena of ans_rest_new */
    const ans_requests *requests;
    ans_reader **loop_readers;
    pthread_t *threads;
    pthread_mutex_t lock;
    pthread_cond_t work;
    job *first, *last;        /* the pool's queue */
    uint32_t waiting;
    bool closing, ending;     /* no new calls; no more jobs will come */
    atomic_uint running;      /* jobs between the pool and their answer */
    atomic_uint_fast64_t ids; /* counter in new ids */
    atomic_uint_fast64_t by_status[6];
    atomic_uint_fast64_t unfit_refused, unfit_kept; /* written resources that break their definitions */
    uint8_t validation[VALIDATE_TYPES];             /* of each type: validate.c */
    int64_t started_us;
    struct fetcher *fetcher;  /* NULL: nothing is fetched */
    ans_paces *paces; /* NULL: --auth off */
    atomic_uint_fast64_t throttled, disk_free_bytes;
    atomic_int_fast64_t disk_looked_us;
    atomic_bool disk_low;
};

typedef struct rid_list {
    ans_rid *at;
    uint32_t count, cap;
} rid_list;

struct job {
    ans_rest *rest;
    ans_http_call *call;
    job *next;
    ans_cx *cx;
    ans_str base;       /* "http://host/fhir" */
    ans_str cors;       /* a registered program's origin, other than ours, whose page asks; empty: none */
    bool is_cross_origin;
    ans_who who;        /* found before the route */
    const ans_pass *pass; /* what who may; NULL: there is no gate, or this needs none */
    ans_search_filter filter;
    request rq;
    route route;
    answer an;
    ans_txn txn;
    int tries;
    bool met;           /* the condition of a conditional write met one resource */
    bool id_made;       /* by this server */
    bool must_prove;    /* the guard asks the care rules once more */
    uint32_t patched_vid; /* what a patch was applied to: the guard holds it; 0: no patch */
    uint32_t *patched_vids; /* the same of each entry of a transaction; NULL: it has no patch */
    void (*step)(job *j, ans_reader *rd); /* what a pool thread does next */
    struct bundle_job *bundle;
    struct sign_call *sign;
    struct smart_call *smart;
    /* for its entry in the audit */
    rid_list touched, patients; /* what was read, returned or written, and whose it is */
    ans_str role;               /* the role that allowed it, where the gate knows */
    ans_str address;
    bool is_compartment, is_break_glass; /* the gate says: the entry must be on disk before the answer */
    bool is_audited;            /* the entry is kept, or none is wanted */
    bool is_untold;             /* there was no memory to note what was touched */
};

/* cors.c: pages of other origins. find comes before who_find; headers has room for 4. */
void cors_find(job *j);
bool cors_is_preflight(const job *j);
void cors_preflight(job *j);
uint32_t cors_headers(const job *j, ans_http_header *out);

/* route.c */
/* The methods an address of FHIR takes, "GET, HEAD"; may be empty. */
ans_str route_allowed(const job *j);
ANS_MUST_USE ans_err route_find(ans_cx *cx, ans_rest *rest, const request *rq, route *out);

/* operation.c: $name, by a table. All of them only read: they run on a pool thread within one moment of the store. */
enum { OP_SYSTEM = 1, OP_TYPE = 2, OP_INSTANCE = 4 };
struct operation {
    const char *name;   /* "$tree" */
    const char *type;   /* "Organization"; NULL: the system, and with OP_TYPE or OP_INSTANCE every type */
    uint8_t levels;
    ans_err (*run)(job *j, ans_reader *rd);
    const char *definition;
    const char *about;  /* one sentence for the CapabilityStatement */
    bool is_own_format; /* reads _format itself: answers in others than FHIR JSON, too */
};
extern const operation operations[]; /* ends with a blank name */
/* The operation of that name on that level; issues when there is none. */
ANS_MUST_USE ans_err operation_find(ans_cx *cx, ans_str name, ans_str type, uint8_t level, const operation **out);
/* A parameter of the call: from the query, or from the Parameters resource that was posted. p NULL: not given. */
ans_str operation_param(job *j, const char *name);
/* Put what was written into the answer, pretty when asked. */
ANS_MUST_USE ans_err operation_answer(job *j, ans_buf *b);
/* The operations of a type (NULL: of the system) as a member of the CapabilityStatement. */
void operation_list(const job *j, ans_jw *w, const char *type);
/* A read of the definition of an operation of our own, which the record need not hold; operation_define answers it. */
bool operation_is_defined(const job *j);
ANS_MUST_USE ans_err operation_define(job *j);
/* paper.c */
ANS_MUST_USE ans_err paper_run(job *j, ans_reader *rd);
/* A refused paper in words, where a browser asked for it. */
void paper_refuse(job *j);
ANS_MUST_USE ans_err pack_run(job *j, ans_reader *rd);
/* lists.c */
ANS_MUST_USE ans_err lists_run(job *j, ans_reader *rd);
ANS_MUST_USE ans_err list_import_run(job *j, ans_reader *rd);
ANS_MUST_USE ans_err list_undo_run(job *j, ans_reader *rd);
/* ask.c: a transaction past the gate, after the operation at hand found that its caller may: the audit's entry is of that caller and this
 * operation, and the only one of the call. cx: whose arena it is made in. */
ANS_MUST_USE ans_err apply_for(job *j, ans_cx *cx, ans_str body);
/* signature.c */
ANS_MUST_USE ans_err signature_run(job *j, ans_reader *rd);
/* sql.c */
ANS_MUST_USE ans_err sql_run(job *j, ans_reader *rd);
/* view.c */
ANS_MUST_USE ans_err view_run(job *j, ans_reader *rd);
/* rule.c */
ANS_MUST_USE ans_err rule_dry_run(job *j, ans_reader *rd);
ANS_MUST_USE ans_err rule_alerts(job *j, ans_reader *rd);
/* form.c */
ANS_MUST_USE ans_err form_calculate_run(job *j, ans_reader *rd);
ANS_MUST_USE ans_err form_extract_run(job *j, ans_reader *rd);
ANS_MUST_USE ans_err form_populate_run(job *j, ans_reader *rd);
/* What a response breaks of its form, as issues of an OperationOutcome whose list is open in w. form: a Questionnaire in the same
 * document; ANS_JNONE: the one the response names (nothing is said when none of that name is defined). */
ANS_MUST_USE ans_err form_write_issues(job *j, ans_reader *rd, const ans_defs_view *view, const ans_json *doc, ans_jnode response,
                                       ans_jnode form, ans_jw *w);
/* org.c, org_tree.c */
ANS_MUST_USE ans_err org_tree_run(job *j, ans_reader *rd);
ANS_MUST_USE ans_err org_as_of_run(job *j, ans_reader *rd);
ANS_MUST_USE ans_err org_succession_run(job *j, ans_reader *rd);
ANS_MUST_USE ans_err org_responsible_run(job *j, ans_reader *rd);
ANS_MUST_USE ans_err org_problems_run(job *j, ans_reader *rd);
/* figures.c */
ANS_MUST_USE ans_err sensitive_counts_run(job *j, ans_reader *rd);

/* outcome.c */
ans_str outcome_body(ans_cx *cx, ans_err err, ans_str place);
int outcome_status(const ans_cx *cx, ans_err err);

/* canon.c: the bytes that are kept */
typedef struct canon_hook {
    /* A string value named `key` of FHIR type `type` (0: unknown): another text in its place, or p NULL to keep it. */
    ans_err (*replace)(void *arg, ans_cx *cx, ans_type type, ans_str key, ans_str value, ans_str *out);
    void *arg;
} canon_hook;
ANS_MUST_USE ans_err canon_body(ans_cx *cx, const ans_json *doc, ans_jnode root, ans_type type, ans_str id,
                                const canon_hook *hook, ans_str *out);
/* Type of a resource node; issues when it is not one. where: FHIRPath of the node. */
ANS_MUST_USE ans_err canon_type(ans_cx *cx, const ans_json *doc, ans_jnode root, ans_str where, ans_type *out);
void canon_new_id(ans_rest *rest, ans_cx *cx, ans_str *out);
/* How a written resource's validation is told: where it stands, and whether warnings go to cx's issues. */
typedef struct validate_how {
    ans_str place; /* "Bundle.entry[2].resource"; empty: it stands alone */
    bool tells;
} validate_how;
/* Fill a change: canonical bytes, hash, rows; the resource is held against its definitions. how may be NULL. */
ANS_MUST_USE ans_err canon_change(ans_rest *rest, ans_cx *cx, const ans_json *doc, ans_jnode root, ans_type type,
                                  ans_str id, const canon_hook *hook, const validate_how *how, ans_change *out);

/* validate.c */
ANS_MUST_USE ans_err validate_run(job *j, ans_reader *rd);
ANS_MUST_USE ans_err meta_run(job *j, ans_reader *rd); /* read.c */
ANS_MUST_USE ans_err validate_configure(ans_cx *cx, ans_rest *rest); /* from o.validate */
/* errors   ANS_E_UNFIT: it breaks its definitions, and the type is one where that is refused; the issues say all */
ANS_MUST_USE ans_err validate_write(ans_rest *rest, ans_cx *cx, const ans_json *doc, ans_jnode root, ans_type type,
                                    const validate_how *how);

/* format.c: _pretty, _summary, _elements applied to one resource's text */
typedef struct format {
    bool pretty, changes; /* changes: something is left out */
    uint8_t summary;      /* 0 none, 't' true, 'x' text, 'd' data */
    ans_str elements;
} format;
ANS_MUST_USE ans_err format_read(ans_cx *cx, ans_str query, format *out);
ANS_MUST_USE ans_err format_resource(ans_cx *cx, const format *f, ans_str body, ans_str *out);
ANS_MUST_USE ans_err format_pretty(ans_cx *cx, const format *f, ans_str *body);

/* read.c */
ANS_MUST_USE ans_err read_run(job *j, ans_reader *rd);
void answer_version(job *j, const ans_version *v);
ans_str etag_of(ans_cx *cx, uint32_t vid);
ans_str http_date(ans_cx *cx, int64_t us);
bool etag_vid(ans_str etag, uint32_t *out);
/* history.c, searchset.c, meta.c, page.c */
ANS_MUST_USE ans_err history_run(job *j, ans_reader *rd);
ANS_MUST_USE ans_err search_run(job *j, ans_reader *rd);
/* same_person.c: a query that asks for a patient asks for those, too, whom that one replaced. */
ANS_MUST_USE ans_err same_person_query(job *j, ans_reader *rd, ans_str *query);
/* The same of a compartment: *ids is the one asked for, then those it replaced, with commas. */
ANS_MUST_USE ans_err same_person_within(job *j, ans_reader *rd, ans_str *ids);
/* A result as a searchset Bundle; path: what its links name, below the base ("Patient"). */
ANS_MUST_USE ans_err searchset_write(job *j, const ans_search_result *r, const format *f, ans_str path);
ANS_MUST_USE ans_err capabilities_run(job *j);
ANS_MUST_USE ans_err metrics_run(job *j);
ANS_MUST_USE ans_err health_run(job *j, ans_reader *rd);
void asset_run(job *j);
bool takes_gzip(const ans_http_call *call);
void answer_pack(job *j); /* the body of an answer, last of all: pack.c */

/* board.c: GET Location/<id>/$board */
ANS_MUST_USE ans_err board_run(job *j, ans_reader *rd);

/* Of who lives in a ward, those whose care the caller does not see, and whether that is everybody: into an answer that was begun. */
ANS_MUST_USE ans_err board_unseen(job *j, ans_reader *rd, ans_str ward, ans_jw *w);

/* unseen.c: does the caller see that this person is here, and of their care nothing? */
ANS_MUST_USE ans_err unseen_care(job *j, ans_reader *rd, ans_str patient_id, bool *out);
/* Would the caller not even see who lives in this ward (a Location's id)? */
bool unseen_place(job *j, ans_str ward);
ANS_MUST_USE ans_err unseen_run(job *j, ans_reader *rd);

/* write.c: prepare fills j->txn; finish turns its result into j->an. */
ANS_MUST_USE ans_err write_prepare(job *j, ans_reader *rd);
/* What a PATCH comes to: the resource as text, its id and the version that was patched. */
/* Is that still the current version? ANS_E_RETRY: another came, and the patch is applied anew. */
ANS_MUST_USE ans_err patch_stands(job *j, ans_reader *rd, ans_ref ref, uint32_t vid);
ANS_MUST_USE ans_err write_patched(job *j, ans_reader *rd, ans_str *out_id, uint32_t *out_vid, ans_str *out);
/* fhir_patch.c: apply a FHIRPath Patch. What is not touched keeps its text.
 * errors   ANS_E_INVALID no such patch; ANS_E_RULE a path that leads nowhere, or to several; those of FHIRPath */
ANS_MUST_USE ans_err fhir_patch(ans_cx *cx, const ans_zone *zone, ans_str text, const ans_json *parameters, ans_str *out);
/* bundle_patch.c: the body of an entry's PATCH, out of its Binary; and every patch of a transaction as an update, in a new *doc. */
ANS_MUST_USE ans_err bundle_patch_read(job *j);
ANS_MUST_USE ans_err bundle_patches(job *j, ans_reader *rd, ans_json *doc);
/* An entry's url below the base. */
ans_str bundle_url(const job *j, ans_str url);
void write_finish(job *j, ans_err err);
/* What a reference with our own address in front is kept as; *out is left when it has none. */
ANS_MUST_USE ans_err write_own_reference(const job *j, ans_str value, ans_str *out);
/* The body of a write's answer as Prefer: return= wants it; by_default: the resource when nothing is preferred. */
void answer_preferred(job *j, const ans_version *v, bool by_default, answer *an);
/* One match, none or several for "Type?query"; out_id in cx->arena. */
/* The query of a condition on creating, which clients also write as "?...", "Type?..." or with the whole address in front. */
ANS_MUST_USE ans_err condition_text(ans_cx *cx, ans_type type, ans_str *text);
ANS_MUST_USE ans_err condition_search(job *j, ans_reader *rd, ans_type type, ans_str query, uint32_t limit, ans_search_result *out);
ANS_MUST_USE ans_err condition_find(job *j, ans_reader *rd, ans_type type, ans_str query, uint32_t *out_count, ans_str *out_id);
static inline bool is_star(ans_str etag)
{
    return ans_str_is(ans_str_trim(etag), "*");
}
/* If-Match: * asks for any current version. */
ANS_MUST_USE ans_err condition_exists(ans_cx *cx, ans_reader *rd, ans_ref ref, ans_str where);

/* gate.c: what who may see and do */
bool gate_is_waiting(const job *j);
/* The pass, and whether a role reaches this kind of thing at all. On a loop only when the gate is not waiting. */
ANS_MUST_USE ans_err gate_enter(job *j);
ANS_MUST_USE ans_err gate_check_route(job *j, const route *r);
/* For searches; NULL: everything is seen. */
const ans_search_filter *gate_filter(const job *j);
static inline bool gate_is_open(const job *j)
{
    return !j->pass || ans_pass_is_open(j->pass);
}
/* The reader at hand, in which a token's rules that name codes are looked up. */
void gate_lend(const job *j, ans_reader *rd);
/* A version as it was read, current or old, or a tombstone. */
bool gate_shows(job *j, ans_reader *rd, const ans_version *v, ans_right right);
/* Is a current version of it seen? */
ANS_MUST_USE ans_err gate_sees_ref(job *j, ans_reader *rd, ans_ref ref, bool *out);
ANS_MUST_USE ans_err gate_admit(job *j, ans_reader *rd, ans_admission *list, uint32_t count);
/* care_rule.c: the care rules, for j->txn as it will be committed. gate_admit asks them; a guard proves them. */
ANS_MUST_USE ans_err care_admit(job *j, ans_reader *rd);
ANS_MUST_USE ans_err care_prove(job *j, ans_reader *rd);
/* Entries of a page whose text says more secrets than their marks yet. */
void gate_drop_hidden(job *j, ans_search_result *result);

/* bundle.c */
/* A call opens transactions and batches; apply also collections; an import writes a batch in one transaction too, since an
 * fsync an entry would be the whole cost: when that fails, ans_rest_apply takes its entries one by one. */
enum opening { OPEN_CALL, OPEN_APPLY, OPEN_IMPORT };
ANS_MUST_USE ans_err bundle_open(job *j, const ans_json *doc, ans_reader *rd, const ans_rest_wait *wait, enum opening how);
ANS_MUST_USE ans_err bundle_prepare(job *j, ans_reader *rd);
/* "Bundle.entry[2].resource" of a change; empty when it is not of a Bundle. */
ans_str bundle_place(const job *j, const ans_change *change);
void bundle_finish(job *j, ans_err err);
void bundle_reads(job *j, ans_reader *rd);
ANS_MUST_USE ans_err bundle_batch(job *j, ans_reader *rd);
bool bundle_has_reads(const job *j);
bool bundle_is_batch(const job *j);

/* who.c: the first step of a call */
void who_find(job *j);
/* May this caller go on to FHIR and /metrics? LOGIN; FORBIDDEN: forged, locked, the password must be changed. */
ANS_MUST_USE ans_err who_check(job *j);
/* Sent by a browser on behalf of another site, as far as can be told. */
bool who_is_forged(const job *j);
/* Is this Origin (of a browser) that of our own pages? */
bool who_is_own_origin(const job *j, ans_str origin);
/* The page that sent it was made for another account than the one whose cookie came along. */
bool who_is_another(const job *j);
ans_str who_device_token(const job *j);
ans_str who_cookie_name(const ans_rest *rest, bool of_device);
/* Where the call came from, as far as it can be known. */
ans_str who_address(const job *j);

/* sign.c: a call below /auth; is_full: the pool takes no more. Answers in the end. */
void sign_run(job *j, bool is_full);
/* What a 405 below /auth has to say. */
ans_str sign_allowed(const job *j);
/* Too many requests: wait so long. */
void sign_throttle(job *j, uint32_t seconds);

/* doubt.c */
ans_clock_state clock_state(const ans_rest *rest);
/* While the clock is in doubt: a tag for every version that is about to be written. */
ANS_MUST_USE ans_err doubt_mark(job *j);

/* limit.c: what one caller may have of the machine */
uint32_t limit_wait(job *j); /* seconds until this caller may ask again; 0: go on */
ANS_MUST_USE ans_err limit_bytes(job *j); /* THROTTLED: a program wrote its day's worth */
ANS_MUST_USE ans_err limit_room(job *j);  /* NOSPACE: the disk is nearly full */
bool limit_disk_is_low(ans_rest *rest);

/* smart.c: the doors of SMART below /oauth and /fhir/.well-known; is_full: the pool takes no more. Answers in the end. */
bool smart_is_at(const job *j);
/* What a 405 there has to say. */
ans_str smart_allowed(const job *j);
void smart_run(job *j, bool is_full);
ANS_MUST_USE ans_err smart_start(ans_cx *cx, ans_rest *rest); /* the thread that fetches keys */
void smart_stop(ans_rest *rest);
/* "rest.security" of the CapabilityStatement */
void smart_security(job *j, ans_jw *w);

/* audit.c */
void audit_touch(job *j, const ans_version *v); /* it is part of the answer */
void audit_touch_patient(job *j, ans_rid patient);
void audit_attach(job *j);                      /* before j->txn is given to the store: its entry commits with it */
bool audit_before_reply(job *j);                /* false: the answer goes out by itself, when its entry is on disk */
void audit_entry(job *j);                       /* the same for an entry of a Bundle, waiting; j->an may become an error */
/* body.c: from here on the body is JSON text (or a form). Pool threads. */
ANS_MUST_USE ans_err body_open(job *j);

/* audit_event.c, audit_search.c: AuditEvent, when there is an audit. */
bool audit_owns(const ans_rest *rest, ans_type type); /* the type is the audit's, and nobody else writes it */
ANS_MUST_USE ans_err audit_run(job *j, ans_reader *rd);
typedef struct audit_coding {
    const char *system, *code;
} audit_coding;
/* Codings of AuditEvent.type (one) or .subtype; how many. */
uint32_t audit_codings(const ans_event *e, bool is_type, audit_coding out[2]);
char audit_outcome(const ans_event *e);
/* May the caller see this entry? cx: what grows, and is thrown away with the entry. */
bool audit_sees(job *j, ans_cx *cx, ans_reader *rd, const ans_event *e);
/* How many of an entry's resources are named, those asked for before all others. How many are left out is said in a last entity (its
 * details "more persons", "more resources") and by the tag SUBSETTED. */
typedef struct audit_naming {
    const ans_rid *asked;
    uint32_t asked_count;
    uint32_t most;
} audit_naming;
ANS_MUST_USE ans_err audit_write_event(job *j, ans_reader *rd, ans_jw *w, const ans_event *e, const audit_naming *naming);
/* Its parts: '{' and what, when and why · in which role · of which program */
void audit_write_head(job *j, ans_jw *w, ans_str id, const ans_event *e, bool is_subsetted);
void audit_write_role(ans_jw *w, const ans_event *e);
void audit_write_source(ans_jw *w);
ANS_MUST_USE ans_err audit_write_entity(job *j, ans_reader *rd, ans_jw *w, ans_rid rid, bool is_patient);
ANS_MUST_USE ans_err audit_search(job *j, ans_reader *rd);
/* audit_own.c: the log as the person it is about, or who represents them, may see it */
bool audit_is_own(const job *j);
bool audit_own_sees(job *j, ans_cx *cx, ans_reader *rd, const ans_event *e);
ANS_MUST_USE ans_err audit_own_write(job *j, ans_reader *rd, ans_jw *w, const ans_event *e);
ans_str audit_own_id(job *j, uint64_t seq);
bool audit_is_searched_by(const char *code);

/* rest.c */
ans_str job_base(job *j);             /* address of the FHIR service, as this caller knows it */
void job_fail(job *j, ans_err err);   /* an := OperationOutcome */
void job_reply(job *j);               /* send an */
void job_later(job *j, void (*step)(job *j, ans_reader *rd)); /* back to the pool */
/* Run a request to its end on this thread (batch entries). */
ANS_MUST_USE ans_err job_now(job *j, ans_reader *rd);

#endif
