/* Requests at their limit: as many as can be open, each with all the ids that are kept of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/exchange/peer.h"
#include "core/exchange/request.h"

static const struct siphash_key key = { 1, 2 };

/* An id for each attempt of each: a full map would leave requests ready that cannot be sent. */
static void every_attempt_of_every_request_has_an_id(void **state) {
    (void)state;
    struct wheel wheel;
    struct requests q;
    struct peer peer = { .address = { .family = ADDRESS_IP4 } };
    struct owner owner;
    wheel_init(&wheel, 0);
    owner_init(&owner, NULL, &peer);
    assert_int_equal(requests_init(&q, &wheel, &key), 0);
    for (uint32_t i = 0; i < REQUESTS_MAX; i++)
        assert_non_null(request_new(&q, &owner, 0, NULL, REQUEST_ATTEMPTS_KEPT));
    for (uint32_t attempt = 0; attempt < REQUEST_ATTEMPTS_KEPT; attempt++) {
        for (uint32_t i = 0; i < REQUESTS_MAX; i++) {
            struct request *r = slab_at(&q.slab, i);
            if (attempt > 0) request_make_ready(&q, r);
            uint32_t id = ids_draw(&q.ids, r->number);
            assert_int_not_equal(id, 0);
            request_begin_attempt(&q, r, id, 1000, 2000, 0);
            request_age(&q, r);
            wheel_disarm(&wheel, &r->timer);
        }
    }
    assert_null(request_new(&q, &owner, 0, NULL, 0));
    requests_deinit(&q);
}

/* Of a request with more attempts than are kept, an old id is known as given up, not unknown. */
static void an_answer_to_an_old_attempt_is_late(void **state) {
    (void)state;
    struct wheel wheel;
    struct requests q;
    struct peer peer = { .address = { .family = ADDRESS_IP6 } };
    struct owner owner;
    uint32_t ids[100];
    wheel_init(&wheel, 0);
    owner_init(&owner, NULL, &peer);
    assert_int_equal(requests_init(&q, &wheel, &key), 0);
    struct request *r = request_new(&q, &owner, 0, NULL, 100);
    for (uint32_t i = 0; i < 100; i++) {
        if (i > 0) request_make_ready(&q, r);
        ids[i] = ids_draw(&q.ids, r->number);
        request_begin_attempt(&q, r, ids[i], 1000, 2000, 0);
        request_age(&q, r);
        wheel_disarm(&wheel, &r->timer);
        assert_true(request_is_present(r, ids[i]));
    }
    for (uint32_t i = 0; i < 100; i++)
        assert_int_equal(*ids_find(&q.ids, ids[i]),
                         i < 100 - REQUEST_ATTEMPTS_KEPT ? IDS_GIVEN_UP : r->number);
    assert_true(requests_check(&q));
    request_free(&q, r, 0);
    requests_deinit(&q);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_attempt_of_every_request_has_an_id),
        cmocka_unit_test(an_answer_to_an_old_attempt_is_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
