package dev.sluice.simulator.tokens;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// A prompt in the making, part by part, each padded to whole tokens.
public final class PromptBuilder {
    private static final byte[] END_OF_TURN = {'<', '|', 'e', '>'};

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1_024);

    /// Text as it is, without any markers.
    public PromptBuilder text(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        pad();
        return this;
    }

    /// A token by its number in some vocabulary.
    public PromptBuilder token(int id) {
        pad();
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            bytes.write(id >>> shift);
        }
        return this;
    }

    /// A whole message of a conversation.
    public PromptBuilder turn(String role, String content) {
        open(role).text(content);
        bytes.writeBytes(END_OF_TURN);
        return this;
    }

    /// The beginning of a message, which the model will write.
    public PromptBuilder open(String role) {
        return text("<|" + role + "|>");
    }

    /// The prompt for a model or adapter of that name.
    public TokenStream build(String model) {
        return new TokenStream(model, bytes.toByteArray());
    }

    private void pad() {
        while (bytes.size() % TokenStream.TOKEN_BYTES != 0) {
            bytes.write(0);
        }
    }
}
