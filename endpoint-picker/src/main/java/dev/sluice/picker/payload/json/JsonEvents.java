package dev.sluice.picker.payload.json;

/// The receiver of a [JsonLexer]'s events: each value and key begins and ends, with its text in pieces between.
public interface JsonEvents {
    /// The token that begins or ends.
    enum Token {
        OBJECT,
        ARRAY,
        KEY,
        STRING,
        NUMBER,
        TRUE,
        FALSE,
        NULL
    }

    /// @param at offset of the token's first byte in the body
    void begin(Token token, long at);

    /// A piece of the open key's or string's unescaped UTF-8 content, or of the open number's text. Only valid
    /// during the call; a piece may end inside a character.
    void text(byte[] array, int from, int to);

    /// @param at offset just after the token's last byte
    void end(Token token, long at);
}
