// SPDX-License-Identifier: Apache-2.0

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "load.h"

// What one connection receives before the next has its turn.
enum { TURN = 1 << 20 };

static struct target *current(struct connection *connection, struct load *load) {
  return &load->targets.list[connection->waiting[connection->first]];
}

static void append(struct connection *connection, const struct target *target) {
  size_t length = connection->out_length + target->request_length;
  if (length > connection->out_capacity) {
    connection->out_capacity = 2 * length;
    connection->out = realloc(connection->out, connection->out_capacity);
    if (!connection->out) fail("out of memory");
  }
  memcpy(connection->out + connection->out_length, target->request, target->request_length);
  connection->out_length = length;
}

void ask(struct connection *connection, struct load *load) {
  while (connection->count < load->depth && load->begun < load->limit) {
    uint32_t index = (uint32_t)(load->begun++ % load->targets.count);
    connection->waiting[(connection->first + connection->count++) % MAX_DEPTH] = index;
    append(connection, &load->targets.list[index]);
  }
  if (!connection->out_length) return;
  ssize_t sent = send(connection->socket, connection->out, connection->out_length, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) fail("send: %s", strerror(errno));
  // Requests are small and few: what does not fit now is sent when something was received.
  if (sent > 0) {
    connection->out_length -= (size_t)sent;
    memmove(connection->out, connection->out + sent, connection->out_length);
  }
}

// Takes the response's head from the buffer; false when it is not complete.
static bool take_head(struct connection *connection, struct load *load) {
  unsigned char *begin = connection->in + connection->in_first;
  unsigned char *end = memmem(begin, connection->in_end - connection->in_first, "\r\n\r\n", 4);
  if (!end) return false;
  if (!connection->count) fail("a response that nobody asked for");
  const struct target *target = current(connection, load);
  // The last bytes of the head are no longer needed.
  *end = 0;
  char *head = (char *)begin;
  char *field = strcasestr(head, "\r\ncontent-length:");
  int status = strncmp(head, "HTTP/1.1 ", 9) ? 0 : atoi(head + 9);
  if (status != target->status) fail("%s\nis answered by\n%s", target->request, head);
  if (!field || strtoull(field + 17, NULL, 10) != target->length) {
    fail("%s\nhas %" PRIu64 " bytes, but:\n%s", target->request, target->length, head);
  }
  connection->in_first += (size_t)(end - begin) + 4;
  connection->in_content = true;
  connection->position = 0;
  connection->is_compared = load->answered++ % load->check == 0;
  return true;
}

static void end_response(struct connection *connection, struct load *load) {
  connection->in_content = false;
  load->compared += connection->is_compared;
  load->finished++;
  connection->first = (connection->first + 1) % MAX_DEPTH;
  connection->count--;
}

// Takes content from the buffer.
static void take_content(struct connection *connection, struct load *load) {
  const struct target *target = current(connection, load);
  uint64_t left = target->length - connection->position;
  size_t count = connection->in_end - connection->in_first;
  if (count > left) count = (size_t)left;
  if (connection->is_compared &&
      memcmp(
          connection->in + connection->in_first, target->bytes + connection->position, count)) {
    fail("%s\nwrong bytes from %" PRIu64 " on", target->request, connection->position);
  }
  connection->in_first += count;
  connection->position += count;
  load->bytes += count;
  if (connection->position == target->length) end_response(connection, load);
}

// Takes all that is complete from the buffer, and makes room.
static void take(struct connection *connection, struct load *load) {
  while (connection->in_first < connection->in_end &&
         (connection->in_content || take_head(connection, load))) {
    take_content(connection, load);
  }
  connection->in_end -= connection->in_first;
  memmove(connection->in, connection->in + connection->in_first, connection->in_end);
  connection->in_first = 0;
  if (connection->in_end == BUFFER) fail("a response's head is longer than %d", BUFFER);
}

// Whether what comes next is content that nobody looks at; what is small comes with the next head
// in one call.
static bool may_skip(struct connection *connection, struct load *load) {
  return connection->in_content && !connection->is_compared && !connection->in_end &&
         current(connection, load)->length - connection->position > BUFFER;
}

// Receives content without copying it.
static ssize_t skip(struct connection *connection, struct load *load) {
  uint64_t left = current(connection, load)->length - connection->position;
  ssize_t count = recv(connection->socket, NULL, left < TURN ? (size_t)left : TURN, MSG_TRUNC);
  if (count <= 0) return count;
  connection->position += (uint64_t)count;
  load->bytes += (uint64_t)count;
  if (connection->position == current(connection, load)->length) end_response(connection, load);
  return count;
}

void receive(struct connection *connection, struct load *load) {
  for (size_t total = 0; total < TURN;) {
    bool skips = may_skip(connection, load);
    ssize_t count =
        skips ? skip(connection, load)
              : recv(
                    connection->socket, connection->in + connection->in_end,
                    BUFFER - connection->in_end, 0);
    if (count == 0) fail("the server ended a connection");
    if (count < 0 && errno != EAGAIN) fail("recv: %s", strerror(errno));
    if (count < 0) return;
    total += (size_t)count;
    if (skips) continue;
    connection->in_end += (size_t)count;
    take(connection, load);
    // Most often there is no more now.
    if (connection->in_end == 0 && count < BUFFER && !connection->in_content) return;
  }
}
