// SPDX-License-Identifier: Apache-2.0

// The packets of BEP 15.

#pragma once

#include "load.h"

enum { CONNECT_ACTION, ANNOUNCE_ACTION, SCRAPE_ACTION, ERROR_ACTION };
enum { MAX_REQUEST = 98, MAX_ANSWER = 2048 };

size_t write_request(
    uint8_t *bytes, uint32_t action, uint32_t transaction, uint64_t connection, struct peer peer);
// That of a packet too short to have one is none of ours either.
uint32_t transaction_of(const uint8_t *bytes, size_t length);
// A connection id that is answered goes to `connection`.
void check_answer(
    uint32_t action, struct peer peer, const uint8_t *bytes, size_t length, uint64_t *connection);
