/* Inside the doors of sign-in: one table of endpoints, what each needs, and the way of a call.
 *
 *   pool thread      may this caller do it? read the body; lists are answered here
 *   accounts' thread what changes something (auth/sign.h)
 *   pool thread      the new state of things (GET /auth/me), when that is the answer */
#ifndef ANS_REST_SIGN_INT_H
#define ANS_REST_SIGN_INT_H

#include "auth/audit.h"
#include "auth/sign.h"
#include "rest/rest_int.h"

typedef enum sign_need {
    NEED_NOTHING,
    NEED_CALLER,   /* a session, whatever its state */
    NEED_PERSON,   /* present, though the password may have to be changed */
    NEED_PRESENT,  /* present: not locked, and the password is their own */
    NEED_ADMIN,    /* an administrator, or the owner of the data folder */
    NEED_REGISTRAR /* who may register devices: administrator or facility-head */
} sign_need;

typedef enum sign_then { THEN_ME, THEN_NOTHING, THEN_BODY } sign_then;

typedef struct sign_call sign_call;
struct sign_call {
    ans_accounts_task task;
    job *j;
    const struct sign_route *route;
    ans_sign_from from;
    ans_signed out;
    ans_str id;      /* the variable part of the path */
    ans_json doc;    /* of the body; count 0: none */
    ans_sign result;
    ans_str client;  /* the program it was about, and the person: for the audit */
    ans_rid patient;
    ans_str detail;  /* of a refusal: what exactly, in English */
    ans_jw w;        /* of the answer, for THEN_BODY */
    ans_buf b;
};

typedef struct sign_route {
    const char *method, *path; /* '*' stands for one step */
    uint8_t need, then;
    bool on_accounts, is_slow;
    ans_sign (*run)(sign_call *c);
} sign_route;

/* A member of the body; empty when it is absent. */
ans_str sign_text(sign_call *c, const char *name);
void sign_put_time(ans_jw *w, const char *key, int64_t us);

/* sign_audit.c: the entry of what was done; false: it could not be kept. After run, before the answer. */
ANS_MUST_USE bool sign_tell(sign_call *c);
/* POST /auth/told: the folder's owner takes something out past the gate (ansinh export, backup, sql ...), and says so first. */
ans_sign run_told(sign_call *c);

/* sign_list.c */
ans_sign run_sessions(sign_call *c);
ans_sign run_session_end(sign_call *c);
ans_sign run_devices(sign_call *c);
ans_sign run_device_remove(sign_call *c);
ans_sign run_users(sign_call *c);
ans_sign run_user_add(sign_call *c);
ans_sign run_user_change(sign_call *c);
ans_sign run_user_enable(sign_call *c);
ans_sign run_user_disable(sign_call *c);
ans_sign run_user_reset(sign_call *c);
ans_sign run_user_token(sign_call *c);
ans_sign run_user_token_revoke(sign_call *c);

/* training.c */
ans_sign run_training(sign_call *c);
ans_sign run_training_want(sign_call *c);
void training_put_me(ans_jw *w, const ans_rest *rest);

/* smart_page.c */
ans_sign run_apps(sign_call *c);
ans_sign run_app_end(sign_call *c);
ans_sign run_authorize(sign_call *c);
ans_sign run_allow(sign_call *c);
ans_sign run_refuse(sign_call *c);
ans_sign run_launches(sign_call *c);
ans_sign run_launch(sign_call *c);
/* smart_client.c */
ans_sign run_clients(sign_call *c);
ans_sign run_client_add(sign_call *c);
ans_sign run_client_remove(sign_call *c);
ans_sign run_client_enable(sign_call *c);
ans_sign run_client_disable(sign_call *c);
ans_sign run_client_secret(sign_call *c);
/* What a call to the room came to, for a door of the page; the story goes to c->detail. */
ans_sign sign_of_oauth(sign_call *c, ans_oauth o);

/* glass.c */
ans_sign run_glass(sign_call *c);
ans_sign run_glasses(sign_call *c);

/* sign_me.c */
ANS_MUST_USE ans_err sign_me(job *j, ans_reader *rd, const ans_who *who, ans_str device, ans_str *out);
/* Holds a role, by the account itself or by a PractitionerRole. */
bool sign_has_role(job *j, const char *role);

#endif
