/// Text as tokens: prompts rendered as a chat template would, generated text, and the block hashes over both.
///
/// A token is four bytes. Each part of a prompt is padded to whole tokens, so an answer that comes back as a
/// message of the next turn has the tokens it had when it was generated.
///
/// Read first: [dev.sluice.simulator.tokens.PromptBuilder], [dev.sluice.simulator.tokens.TokenStream].
@NullMarked
package dev.sluice.simulator.tokens;

import org.jspecify.annotations.NullMarked;
