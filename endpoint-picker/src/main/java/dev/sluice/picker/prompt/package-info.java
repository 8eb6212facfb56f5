/// A prompt as the picker sees it: its API, the hash chain of its blocks, its tokens.
///
/// Read first: [Work], [PromptPrefix], [Tokenization].
@NullMarked
package dev.sluice.picker.prompt;

import org.jspecify.annotations.NullMarked;
