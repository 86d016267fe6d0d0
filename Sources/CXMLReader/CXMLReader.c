// SPDX-License-Identifier: Apache-2.0
#include "CXMLReader.h"

#include <libxml/xmlerror.h>
#include <libxml/xmlreader.h>

// The struct is libxml2's own under another name.
static xmlTextReaderPtr own(archive_xml *reader) { return (xmlTextReaderPtr)reader; }

void archive_xml_begin(void) { xmlInitParser(); }

archive_xml *archive_xml_open(const void *bytes, int count) {
  xmlResetLastError();
  return (archive_xml *)xmlReaderForMemory(bytes, count, NULL, "UTF-8",
                                           XML_PARSE_NONET | XML_PARSE_NOERROR |
                                               XML_PARSE_NOWARNING);
}

void archive_xml_close(archive_xml *reader) { xmlFreeTextReader(own(reader)); }

int archive_xml_next(archive_xml *reader) {
  int read = xmlTextReaderRead(own(reader));
  if (read <= 0) return read < 0 ? archive_xml_malformed : archive_xml_ended;
  switch (xmlTextReaderNodeType(own(reader))) {
    case XML_READER_TYPE_ELEMENT:
      return archive_xml_start;
    case XML_READER_TYPE_END_ELEMENT:
      return archive_xml_end;
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
    case XML_READER_TYPE_WHITESPACE:
    case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
      return archive_xml_text;
    case XML_READER_TYPE_DOCUMENT_TYPE:
    case XML_READER_TYPE_ENTITY:
    case XML_READER_TYPE_ENTITY_REFERENCE:
      return archive_xml_declaration;
    default:
      return archive_xml_other;
  }
}

int archive_xml_is_empty(archive_xml *reader) {
  return xmlTextReaderIsEmptyElement(own(reader)) == 1;
}

const char *archive_xml_local_name(archive_xml *reader) {
  return (const char *)xmlTextReaderConstLocalName(own(reader));
}

const char *archive_xml_namespace(archive_xml *reader) {
  return (const char *)xmlTextReaderConstNamespaceUri(own(reader));
}

const char *archive_xml_value(archive_xml *reader) {
  return (const char *)xmlTextReaderConstValue(own(reader));
}

int archive_xml_next_attribute(archive_xml *reader) {
  if (xmlTextReaderMoveToNextAttribute(own(reader)) == 1) return 1;
  xmlTextReaderMoveToElement(own(reader));
  return 0;
}

const char *archive_xml_name(archive_xml *reader) {
  return (const char *)xmlTextReaderConstName(own(reader));
}

int archive_xml_line(archive_xml *reader) {
  return xmlTextReaderGetParserLineNumber(own(reader));
}

const char *archive_xml_error(int *line) {
  const xmlError *error = xmlGetLastError();
  if (error == NULL) return NULL;
  *line = error->line;
  return error->message;
}
