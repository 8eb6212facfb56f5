package dev.sluice.picker.tokenizing;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.sluice.picker.prompt.PromptTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Tokenizers from folders: Hugging Face's own library reads a model's `tokenizer.json`.
///
/// They tokenize plain text. A chat becomes text by the model's template, which is Jinja with Python's methods
/// of strings and lists. No Java library renders the templates of current models faithfully: Jinjava 2.8 prints
/// Qwen 3's template unrendered and reports no error. A prompt that differs in a single token has no prefix in
/// the cache.
final class FolderTokenizers {
    static {
        // Without these the library looks for a build for the machine's GPU and reports its use to its makers.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("RUST_FLAVOR", "cpu");
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    private final Map<Path, HuggingFaceTokenizer> loaded = new ConcurrentHashMap<>();

    /// Tokenizes a text; the first call for a folder takes a second, to load the vocabulary.
    PromptTokens tokenize(Path folder, PromptContent.Text text) throws IOException {
        HuggingFaceTokenizer tokenizer = loaded.get(folder);
        if (tokenizer == null) {
            tokenizer = load(folder);
        }
        long[] ids = tokenizer.encode(text.text(), text.specialTokens(), false).getIds();
        int[] tokens = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            tokens[i] = (int) ids[i];
        }
        return new PromptTokens(tokens);
    }

    private HuggingFaceTokenizer load(Path folder) throws IOException {
        Path file = folder.resolve("tokenizer.json");
        if (!Files.isReadable(file)) {
            throw new IOException(file + " cannot be read");
        }
        try {
            return loaded.computeIfAbsent(folder, _ -> open(file));
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    private static HuggingFaceTokenizer open(Path file) {
        try {
            return HuggingFaceTokenizer.builder()
                    .optTokenizerPath(file)
                    .optTruncation(false)
                    .optPadding(false)
                    .build();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
