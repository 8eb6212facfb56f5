package dev.sluice.picker.prompt;

import java.nio.file.Path;
import java.time.Duration;

/// A source of tokenizers turns the prompts of a model into tokens.
public sealed interface TokenizerSource {
    /// The time that a request waits for its tokens.
    Duration patience();

    /// A folder with `tokenizer.json`; for text, not for chats.
    record Folder(Path path, Duration patience) implements TokenizerSource {}

    /// The engine's own `/tokenize`.
    record EngineEndpoint(Duration patience) implements TokenizerSource {}
}
