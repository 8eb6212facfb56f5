package dev.sluice.picker.prefix;

import dev.sluice.picker.model.PromptTokens;
import java.io.IOException;
import java.nio.file.Path;

/// The tokenizers of folders.
final class FolderTokenizers {
    interface FolderTokenizer {
        PromptTokens tokenize(PromptContent.Text text);

        PromptTokens tokenize(PromptContent.Chat chat);
    }

    FolderTokenizer of(Path folder) throws IOException {
        if (folder.isAbsolute()) {
            throw new IOException("no tokenizer in " + folder);
        }
        throw new UnsupportedOperationException();
    }
}
