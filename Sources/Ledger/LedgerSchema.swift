// SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// The tables, one migration a format; a ledger of a newer format is refused, never guessed at.
enum LedgerSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { try $0.execute(sql: first) }
    migrator.registerMigration("2") { try $0.execute(sql: second) }
    return migrator
  }

  /// Suites that follow an upstream publisher.
  private static let second = """
    -- follows: whose numbers these are; null for our own. followed_date: Date of its last Release.
    ALTER TABLE suite ADD COLUMN follows TEXT;
    ALTER TABLE suite ADD COLUMN followed_date INTEGER;

    -- Contents whose pieces are not what the publisher of the suite says: they have no numbers.
    CREATE TABLE refuted (
      suite INTEGER NOT NULL REFERENCES suite,
      content INTEGER NOT NULL REFERENCES content,
      PRIMARY KEY (suite, content)
    ) WITHOUT ROWID, STRICT;
    """

  private static let first = """
    CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;

    CREATE TABLE archive (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE) STRICT;

    CREATE TABLE suite (
      id INTEGER PRIMARY KEY,
      origin TEXT NOT NULL,
      name TEXT NOT NULL,
      release_date INTEGER,
      UNIQUE (origin, name)
    ) STRICT;

    CREATE TABLE torrent (
      id INTEGER PRIMARY KEY,
      suite INTEGER NOT NULL REFERENCES suite,
      architecture TEXT NOT NULL,
      generation INTEGER NOT NULL,
      torrent_id BLOB NOT NULL UNIQUE,
      header BLOB NOT NULL,
      base INTEGER NOT NULL,
      created INTEGER NOT NULL,
      floor INTEGER NOT NULL DEFAULT 0,
      next INTEGER NOT NULL DEFAULT 0,
      live INTEGER NOT NULL DEFAULT 0,
      superseded INTEGER,
      UNIQUE (suite, architecture, generation)
    ) STRICT;

    -- first_release: Date of the Release under which the content was first numbered.
    CREATE TABLE content (
      id INTEGER PRIMARY KEY,
      sha256 BLOB NOT NULL UNIQUE,
      size INTEGER NOT NULL,
      root BLOB NOT NULL,
      first_release INTEGER
    ) STRICT;

    CREATE TABLE pieces (
      content INTEGER NOT NULL REFERENCES content,
      piece_size INTEGER NOT NULL,
      sha256 BLOB NOT NULL,
      sha1 BLOB NOT NULL,
      layer BLOB NOT NULL,
      UNIQUE (content, piece_size)
    ) STRICT;

    CREATE TABLE number (
      torrent INTEGER NOT NULL REFERENCES torrent,
      first INTEGER NOT NULL,
      count INTEGER NOT NULL,
      content INTEGER NOT NULL REFERENCES content,
      retired INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (torrent, first)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX number_content ON number (content);

    CREATE TABLE file (
      archive INTEGER NOT NULL REFERENCES archive,
      path TEXT NOT NULL,
      content INTEGER NOT NULL REFERENCES content,
      inode INTEGER NOT NULL,
      size INTEGER NOT NULL,
      modified INTEGER NOT NULL,
      changed INTEGER NOT NULL,
      PRIMARY KEY (archive, path)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX file_content ON file (content);

    CREATE TABLE piece_index (
      id INTEGER PRIMARY KEY,
      suite INTEGER NOT NULL REFERENCES suite,
      path TEXT NOT NULL,
      UNIQUE (suite, path)
    ) STRICT;

    -- Which contents a piece index has told of and not retired, by generation.
    CREATE TABLE told (
      piece_index INTEGER NOT NULL REFERENCES piece_index,
      torrent INTEGER NOT NULL REFERENCES torrent,
      content INTEGER NOT NULL REFERENCES content,
      PRIMARY KEY (piece_index, torrent, content)
    ) WITHOUT ROWID, STRICT;

    -- The indices a piece index was last paired with.
    CREATE TABLE described (
      piece_index INTEGER NOT NULL REFERENCES piece_index,
      path TEXT NOT NULL,
      sha256 BLOB NOT NULL,
      size INTEGER NOT NULL,
      PRIMARY KEY (piece_index, path)
    ) WITHOUT ROWID, STRICT;

    -- The gzip members a piece index consists of, in order: never changed, only added.
    CREATE TABLE member (
      piece_index INTEGER NOT NULL REFERENCES piece_index,
      sequence INTEGER NOT NULL,
      bytes BLOB NOT NULL,
      UNIQUE (piece_index, sequence)
    ) STRICT;

    CREATE TABLE publication (
      suite INTEGER NOT NULL REFERENCES suite,
      output TEXT NOT NULL,
      fingerprint BLOB NOT NULL,
      release_sha256 BLOB NOT NULL,
      PRIMARY KEY (suite, output)
    ) WITHOUT ROWID, STRICT;

    -- By-hash files that are ours to prune. unused: publications since the last that listed it.
    CREATE TABLE by_hash (
      suite INTEGER NOT NULL REFERENCES suite,
      output TEXT NOT NULL,
      path TEXT NOT NULL,
      unused INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (suite, output, path)
    ) WITHOUT ROWID, STRICT;
    """
}
