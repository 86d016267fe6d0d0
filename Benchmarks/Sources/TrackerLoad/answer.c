// SPDX-License-Identifier: Apache-2.0

#include <string.h>

#include "load.h"

// What is left to be read.
struct input {
  const uint8_t *next, *end;
};

static bool take(struct input *input, uint8_t byte) {
  if (input->next == input->end || *input->next != byte) return false;
  input->next++;
  return true;
}

// Decimal digits without leading zeros.
static bool read_digits(struct input *input, int64_t *value) {
  const uint8_t *first = input->next;
  *value = 0;
  while (input->next < input->end && *input->next >= '0' && *input->next <= '9') {
    if (input->next - first == 18) return false;
    *value = *value * 10 + (*input->next++ - '0');
  }
  size_t digits = input->next - first;
  return digits == 1 || (digits > 1 && *first != '0');
}

static bool read_integer(struct input *input, int64_t *value) {
  if (!take(input, 'i')) return false;
  bool negative = take(input, '-');
  if (!read_digits(input, value) || (negative && *value == 0)) return false;
  if (negative) *value = -*value;
  return take(input, 'e');
}

static bool read_string(struct input *input, const uint8_t **bytes, size_t *length) {
  int64_t count;
  if (!read_digits(input, &count) || !take(input, ':')) return false;
  if (count > input->end - input->next) return false;
  *bytes = input->next;
  *length = count;
  input->next += count;
  return true;
}

static bool is_key(const uint8_t *key, size_t length, const char *name) {
  return length == strlen(name) && !memcmp(key, name, length);
}

// No answer to a compact announce holds a list or another dictionary.
static bool read_member(
    struct input *input, const uint8_t *key, size_t key_length, struct answer *answer) {
  if (input->next < input->end && *input->next == 'i') {
    int64_t value;
    if (!read_integer(input, &value)) return false;
    if (is_key(key, key_length, "complete")) answer->complete = value;
    if (is_key(key, key_length, "incomplete")) answer->incomplete = value;
    if (is_key(key, key_length, "interval")) answer->interval = value;
    return true;
  }
  const uint8_t *bytes;
  size_t length;
  if (!read_string(input, &bytes, &length)) return false;
  if (is_key(key, key_length, "failure reason")) answer->failure = true;
  if (is_key(key, key_length, "peers")) {
    answer->peers = bytes;
    answer->peers_length = length;
  }
  if (is_key(key, key_length, "peers6")) {
    answer->peers6 = bytes;
    answer->peers6_length = length;
  }
  return true;
}

// Keys ascend bytewise, each once (BEP 3).
static bool is_after(
    const uint8_t *key, size_t length, const uint8_t *last, size_t last_length) {
  if (!last) return true;
  int order = memcmp(key, last, length < last_length ? length : last_length);
  return order > 0 || (order == 0 && length > last_length);
}

bool read_answer(const uint8_t *bytes, size_t length, struct answer *answer) {
  *answer = (struct answer){.complete = -1, .incomplete = -1, .interval = -1};
  struct input input = {bytes, bytes + length};
  const uint8_t *key, *last = NULL;
  size_t key_length, last_length = 0;
  if (!take(&input, 'd')) return false;
  while (!take(&input, 'e')) {
    if (!read_string(&input, &key, &key_length)) return false;
    if (!is_after(key, key_length, last, last_length)) return false;
    if (!read_member(&input, key, key_length, answer)) return false;
    last = key;
    last_length = key_length;
  }
  return input.next == input.end;
}
