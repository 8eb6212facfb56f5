package dev.sluice.picker.payload.request;

import dev.sluice.picker.payload.json.JsonEvents.Token;

/// The meaning of a value within a body's prompt: it decides which types are read, and the meaning of its children.
enum PromptSlot {
    /// A `prompt` or `input`.
    TEXTS,
    /// A text of several, an array of token ids, or an item of an `input`.
    ELEMENT,
    ID,
    MESSAGES,
    MESSAGE,
    ROLE,
    CONTENT,
    PART,
    TEXT,
    /// Any value that is hashed with its structure.
    OPAQUE,
    /// An opaque member of a message or part, held until the object ends.
    MEMBER,
    /// A member whose value is hashed to eight bytes.
    MEDIA,
    SKIPPED;

    /// The slot of an array's elements; that of an object's members depends on their keys.
    PromptSlot child() {
        return switch (this) {
            case TEXTS -> ELEMENT;
            case ELEMENT -> ID;
            case MESSAGES -> MESSAGE;
            case CONTENT -> PART;
            case OPAQUE, MEMBER, MEDIA -> OPAQUE;
            case SKIPPED, ID, MESSAGE, ROLE, PART, TEXT -> SKIPPED;
        };
    }

    boolean accepts(Token token, Field field) {
        boolean string = token == Token.STRING;
        boolean array = token == Token.ARRAY;
        boolean object = token == Token.OBJECT;
        boolean none = token == Token.NULL;
        return switch (this) {
            case TEXTS, CONTENT -> string || array || none;
            case ELEMENT -> string || array || token == Token.NUMBER || (object && field == Field.INPUT);
            case ID -> token == Token.NUMBER;
            case MESSAGES -> array || none;
            case MESSAGE -> object;
            case ROLE -> string;
            case PART -> object || string;
            case TEXT, OPAQUE, MEMBER, MEDIA, SKIPPED -> true;
        };
    }
}
