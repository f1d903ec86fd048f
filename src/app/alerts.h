/* Alerts of a server: the rules' follower, writing and looking through the rest as the program itself. */
#ifndef ANS_APP_ALERTS_H
#define ANS_APP_ALERTS_H

#include "app/app.h"
#include "rule/alert.h"

typedef struct alert_door alert_door;

/* Before the first write. How far it was is kept in DATA/alerts.pos. */
ANS_MUST_USE ans_err alerts_open(ans_cx *cx, const options *o, const folder *f, alert_door **out);
ANS_MUST_USE ans_err alerts_start(ans_cx *cx, alert_door *door, ans_rest *rest);
ans_alerts *alerts_of(alert_door *door);
/* Before rest and store go; after the store. Both accept NULL. */
void alerts_stop(alert_door *door);
void alerts_free(alert_door *door);

#endif
