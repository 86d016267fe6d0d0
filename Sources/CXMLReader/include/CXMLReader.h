// SPDX-License-Identifier: Apache-2.0
// libxml2's reader, as far as it is needed. Its own headers cannot be shown to Swift: they bring
// ICU's, which Foundation has too, of another version.
#ifndef ARCHIVE_TOOL_CXMLREADER_H
#define ARCHIVE_TOOL_CXMLREADER_H

/// A document that is being read.
typedef struct archive_xml archive_xml;

/// What a node is.
enum archive_xml_kind {
  archive_xml_malformed = -1,
  archive_xml_ended = 0,
  archive_xml_start = 1,
  archive_xml_end = 2,
  archive_xml_text = 3,
  /// A document type, or an entity that is none of XML's own.
  archive_xml_declaration = 4,
  /// A comment, or something else that means nothing.
  archive_xml_other = 5,
};

/// To be called once before any thread reads.
void archive_xml_begin(void);

/// Begins to read UTF-8 that stays where it is until `archive_xml_close`; NULL without memory.
/// Nothing is fetched or printed, and no entity replaced.
archive_xml *_Nullable archive_xml_open(const void *_Nullable bytes, int count);
void archive_xml_close(archive_xml *_Nonnull reader);

/// Moves to the next node and tells its kind.
int archive_xml_next(archive_xml *_Nonnull reader);

/// Whether the element in view ends at once, so that no end will follow.
int archive_xml_is_empty(archive_xml *_Nonnull reader);

/// Of the node in view, valid until the next move; NULL where it has none.
const char *_Nullable archive_xml_local_name(archive_xml *_Nonnull reader);
const char *_Nullable archive_xml_namespace(archive_xml *_Nonnull reader);
const char *_Nullable archive_xml_value(archive_xml *_Nonnull reader);

/// Moves to the element's next attribute; 0, and back to the element, after the last.
int archive_xml_next_attribute(archive_xml *_Nonnull reader);
/// With its prefix, as written.
const char *_Nullable archive_xml_name(archive_xml *_Nonnull reader);

/// Where the parser stands, counted from 1.
int archive_xml_line(archive_xml *_Nonnull reader);

/// Why the document is malformed, and the line; valid until this thread reads on.
const char *_Nullable archive_xml_error(int *_Nonnull line);

#endif
