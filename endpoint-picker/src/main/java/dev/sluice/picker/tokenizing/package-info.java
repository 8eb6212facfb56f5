/// Turns prompts into token ids, by the engines' `/tokenize` or by a model's `tokenizer.json`, each for a
/// bounded time.
///
/// Read first: [Tokenizers], [PromptContent].
@NullMarked
package dev.sluice.picker.tokenizing;

import org.jspecify.annotations.NullMarked;
