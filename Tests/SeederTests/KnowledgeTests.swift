// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Seeder
import Testing

/// What is certain of a file, by what was seen of it.
struct KnowledgeTests {
  private let place: Place
  private let path: ArchivePath
  private let id: ContentID

  init() throws {
    path = try ArchivePath("pool/a.deb")
    place = Place(.archive, path)
    id = ContentID(
      sha256: try #require(SHA256Digest([UInt8](repeating: 1, count: 32))), size: ByteCount(5))
  }

  private func key(_ inode: UInt64) -> StalenessKey {
    StalenessKey(inode: inode, size: ByteCount(5), modified: 2, changed: 3)
  }

  /// The file as the ledger has it: with inode 1.
  private func catalog(_ inode: UInt64 = 1) -> Catalog {
    Catalog(
      ids: [id], files: [Catalog.File(path: path, content: 0, key: key(inode))], torrents: [])
  }

  @Test func whatIsAsTheLedgerSawItIsVerified() {
    let knowledge = Knowledge()
    #expect(knowledge.standing(place, key(1), in: catalog()) == .verified(0))
    #expect(knowledge.standing(Place(.overlay, path), key(1), in: catalog()) == .unknown)
    #expect(knowledge.standing(place, key(1), in: .empty) == .unknown)
    #expect(knowledge.pendingCount == 0)
  }

  @Test func whatWasTouchedIsReadAgainOnce() async {
    let knowledge = Knowledge()
    for _ in 0..<3 {
      #expect(knowledge.standing(place, key(2), in: catalog()) == .unverified(0))
    }
    #expect(knowledge.pendingCount == 1)
    knowledge.finish()
    var jobs: [Knowledge.Job] = []
    for await job in knowledge.unverified { jobs.append(job) }
    #expect(jobs.map(\.path) == [path] && jobs.map(\.content) == [id])
  }

  @Test(arguments: [true, false]) func whatWasReadAgainCountsForThatKeyAlone(isSame: Bool)
    async throws
  {
    let knowledge = Knowledge()
    _ = knowledge.standing(place, key(2), in: catalog())
    let epoch = knowledge.current.1
    var jobs = knowledge.unverified.makeAsyncIterator()
    let job = try #require(await jobs.next())
    knowledge.note(job, isSame: isSame, key: key(2))
    #expect(knowledge.current.1 > epoch, "open files are looked at anew")
    let found = knowledge.standing(place, key(2), in: catalog())
    #expect(found == (isSame ? .verified(0) : .different(0)))
    #expect(knowledge.differentCount == (isSame ? 0 : 1))
    #expect(knowledge.standing(place, key(3), in: catalog()) == .unverified(0))
    #expect(knowledge.standing(place, key(1), in: catalog()) == .verified(0))
  }

  @Test func whatLedToNothingIsReadAgainWhenAskedFor() async throws {
    let knowledge = Knowledge()
    _ = knowledge.standing(place, key(2), in: catalog())
    var jobs = knowledge.unverified.makeAsyncIterator()
    let epoch = knowledge.current.1
    knowledge.forget(try #require(await jobs.next()))
    #expect(knowledge.current.1 > epoch)
    #expect(knowledge.pendingCount == 0)
    #expect(knowledge.standing(place, key(2), in: catalog()) == .unverified(0))
    #expect(knowledge.pendingCount == 1)
  }

  @Test func aNewLedgerKnowsBetter() async throws {
    let knowledge = Knowledge()
    _ = knowledge.standing(place, key(2), in: catalog())
    var jobs = knowledge.unverified.makeAsyncIterator()
    knowledge.note(try #require(await jobs.next()), isSame: false, key: key(2))
    knowledge.update(catalog(2))
    #expect(knowledge.standing(place, key(2), in: catalog(2)) == .verified(0))
    #expect(knowledge.differentCount == 0)
  }

  @Test func bytesThatADiskForgotStayForgotten() throws {
    let knowledge = Knowledge()
    knowledge.update(catalog())
    let job = Knowledge.Job(path: path, content: id)
    knowledge.note(job, isSame: false, key: key(1))
    #expect(knowledge.standing(place, key(1), in: catalog()) == .different(0))
    #expect(knowledge.lacking == [id.sha256])
    // Another run, which had no reason to read the file again.
    knowledge.update(catalog())
    #expect(knowledge.standing(place, key(1), in: catalog()) == .different(0))
    #expect(knowledge.lacking == [id.sha256])
    // The file is another one now.
    knowledge.update(catalog(2))
    #expect(knowledge.standing(place, key(2), in: catalog(2)) == .verified(0))
    #expect(knowledge.lacking.isEmpty)
  }

  @Test func whatIsGoneIsLackingUntilItIsThereAgain() throws {
    let knowledge = Knowledge()
    knowledge.update(catalog())
    knowledge.noteMissing(id)
    #expect(knowledge.lacking == [id.sha256])
    knowledge.update(missing: [])
    #expect(knowledge.lacking.isEmpty)
  }
}
