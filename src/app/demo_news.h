/* NEWS2 as the demo's readings need it: the tables of the Royal College of Physicians, 2017. The
 * page computes the scores of real people (web/src/ward/news2.ts). Both are tested against tables
 * typed apart from them (tests/unit/app/demo_news_test.c, web/test). */
#ifndef ANS_APP_DEMO_NEWS_H
#define ANS_APP_DEMO_NEWS_H

#include "app/demo.h"

typedef struct demo_signs {
    int breathing, spo2, systolic, pulse, temperature; /* the last in tenths of a degree */
    bool on_oxygen, is_alert, has_scale_2;
} demo_signs;

typedef struct demo_score {
    int points;
    bool has_three; /* one sign alone has three points */
} demo_score;

demo_score demo_news2(const demo_signs *s);
/* "routine", "low", "single", "urgent", "emergency": codes of urn:ansinh:news2-band */
const char *demo_band(demo_score score);

#endif
