// SPDX-License-Identifier: Apache-2.0

import Testing

/// What Fixtures/hash-answers.py has computed.
enum HashAnswerVectors {
  struct Answer: Sendable {
    let level: Int
    let first: UInt64
    let count: UInt64
    let proofLevels: Int
    /// The first eight bytes of the answer's SHA-256, in hexadecimal.
    let digest: String
    let length: Int
  }

  struct File: Sendable, CustomTestStringConvertible {
    let size: Int
    let pieceSize: UInt64
    let root: String
    /// SHA-256 of the piece layer.
    let layer: String
    var answers: [Answer] = []

    var testDescription: String { "\(size) bytes in pieces of \(pieceSize)" }

    /// The bytes that the script made.
    var content: [UInt8] {
      (0..<UInt64(size)).map { position in
        let sum: UInt64 = position * 31 + (position >> 8) * 7
        return UInt8((sum + (position >> 16)) & 255)
      }
    }
  }

  static let files = read()

  private static func read() -> [File] {
    var files: [File] = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words[0] == "file" {
        let size = Int(words[1]) ?? 0
        let pieceSize = UInt64(words[2]) ?? 0
        files.append(File(size: size, pieceSize: pieceSize, root: words[3], layer: words[4]))
      } else {
        files[files.count - 1].answers.append(answer(words))
      }
    }
    return files
  }

  private static func answer(_ words: [String]) -> Answer {
    let numbers = words.map { Int($0) ?? 0 }
    return Answer(
      level: numbers[0], first: UInt64(numbers[1]), count: UInt64(numbers[2]),
      proofLevels: numbers[3], digest: words[4], length: numbers[5])
  }

  private static let text = """
    file 327780 65536 3701016b10457e5a4706124adf0b43e6ffd8792e4c61da1b0c4dc8132b8e5bff cd42c31b7f9b33f44620675b9fb4e2dfcd130a2cde5e608e9eb8b0bfea475bd0
    0 0 2 0 10c06b105fe606da 64
    0 0 2 4 0b375565f6b0428e 192
    0 30 2 0 f5a5fd42d16a2030 64
    0 30 2 4 c1f03944bd4f06a1 192
    0 0 4 0 7cc02c2a41299abc 128
    0 0 4 4 c4707ead793635f6 224
    0 28 4 0 38723a2e5e8a17aa 128
    0 28 4 4 7ce10eec95cc691a 224
    1 0 2 0 a55ad6f7e3a051d5 64
    1 0 2 3 c122b99ab7ced56b 160
    1 14 2 0 db56114e00fdd4c1 64
    1 14 2 3 2bde0b7a6b2ce1ec 160
    2 0 2 0 b3c0d45951622565 64
    2 0 2 2 d613512f044bd8a6 128
    2 6 2 0 c78009fdf07fc56a 64
    2 6 2 2 15c6da4ded3a8b10 128
    2 0 4 0 a2840f65a0e77121 128
    2 0 4 2 185e45aeb5b488c5 160
    2 4 4 0 e37de1678286615e 128
    2 4 4 2 0d78faa7be0f28dd 160
    2 0 8 0 40d76f6b8638fa2f 256
    3 0 2 0 8a0c5960fc6f45db 64
    3 0 2 1 a8178bd6f051a719 96
    3 2 2 0 5b2a30fd28b16c88 64
    3 2 2 1 f89a95c96de1c3ce 96
    3 0 4 0 1edfc31c37b5ef32 128
    4 0 2 0 3701016b10457e5a 64
    file 49152 65536 e6c6132787ded53e065a4f23d70aa36c43d9262af64f84dfaf4ac4bb6f3a992a e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    0 0 2 0 10c06b105fe606da 64
    0 0 2 1 ec61d8b98eee223c 96
    0 2 2 0 1d1ab0cf5bbc6daf 64
    0 2 2 1 f40bd263b96eee52 96
    0 0 4 0 cd85578e8600ae0c 128
    1 0 2 0 e6c6132787ded53e 64
    file 540672 32768 4100b5a40e41707b37bb3ef5df53d9235d5f15d877a41662acfb2bf429bfb30d 70516b1e48cd1446df62b95844311b0952fbb3978de39dfa55e318a43b8f4ff7
    0 0 2 0 10c06b105fe606da 64
    0 0 2 5 0104a6b1e34839a1 224
    0 62 2 0 f5a5fd42d16a2030 64
    0 62 2 5 295f032af4dcbce9 224
    1 0 2 0 a55ad6f7e3a051d5 64
    1 0 2 4 51e7384e30926da7 192
    1 30 2 0 db56114e00fdd4c1 64
    1 30 2 4 9d33c932b0fd6027 192
    1 0 4 0 1131a82dcbfb2731 128
    1 0 4 4 d1df5753c57fa585 224
    1 28 4 0 4a96f0230563ad68 128
    1 28 4 4 82daaa56dea13a0a 224
    1 0 8 0 6a5459e11eeaa3e5 256
    1 0 8 4 93823222edd4670b 320
    1 24 8 0 c93db1d3acab7ee0 256
    1 24 8 4 3cb39c29fab6ba95 320
    1 0 16 0 077b1e8019a7beda 512
    1 0 16 4 00d1f295a997cbe9 544
    1 16 16 0 c5e874db91474dac 512
    1 16 16 4 d816ac52fade8bcd 544
    1 0 32 0 b5865bed7e1946b3 1024
    2 0 2 0 b3c0d45951622565 64
    2 0 2 3 c14a804422a5ac96 160
    2 14 2 0 c78009fdf07fc56a 64
    2 14 2 3 49fb1a5b41c1d0c8 160
    2 0 4 0 a2840f65a0e77121 128
    2 0 4 3 6fbbbe389b4634e0 192
    2 12 4 0 cb585184d1ab096c 128
    2 12 4 3 1960e3bd4978405c 192
    2 0 8 0 b7300f40129495fb 256
    2 0 8 3 ef861d8ccc062467 288
    2 8 8 0 4505fbef37e9a534 256
    2 8 8 3 97caedd88ed6ae4a 288
    2 0 16 0 c394da70132f1d91 512
    3 0 2 0 8a0c5960fc6f45db 64
    3 0 2 2 1e9a987428a81ea6 128
    3 6 2 0 536d98837f2dd165 64
    3 6 2 2 e5ddada8159e476a 128
    3 0 4 0 0b925cffb37dab3d 128
    3 0 4 2 1995e657cee9e506 160
    3 4 4 0 f86cd45a2c766e95 128
    3 4 4 2 9cc4bdab9d8daef0 160
    3 0 8 0 8d3be540f84740df 256
    4 0 2 0 d4aa99040bb9b515 64
    4 0 2 1 995f16300561ef7c 96
    4 2 2 0 e1e68476788b39f5 64
    4 2 2 1 1bdd07f8b98ea546 96
    4 0 4 0 16f02bb3ce529d9d 128
    5 0 2 0 4100b5a40e41707b 64
    """
}
