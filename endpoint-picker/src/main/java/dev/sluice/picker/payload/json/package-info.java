/// JSON read in pieces: a lexer that tells events, and buffers for the text within.
///
/// Read first: [JsonLexer], [JsonEvents], [ChunkArrays].
@NullMarked
package dev.sluice.picker.payload.json;

import org.jspecify.annotations.NullMarked;
