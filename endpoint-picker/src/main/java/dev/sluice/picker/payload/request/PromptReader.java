package dev.sluice.picker.payload.request;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.picker.payload.json.ByteSink;
import dev.sluice.picker.payload.json.JsonEvents.Token;
import dev.sluice.picker.payload.json.MalformedJson;
import dev.sluice.picker.payload.json.TextBuffer;
import dev.sluice.picker.prompt.PromptPrefix;
import org.jspecify.annotations.Nullable;

/// Turns the prompt's part of a body into the byte stream that is hashed: roles, then content, message by message.
///
/// Each value stands in a slot that says what it is; a container's slot decides the slots of its children. Content
/// goes straight to the hash. Only what stands in another order than the prompt's is held until its place has come:
/// content before its role, and members other than role and content (tool calls, names, …), which follow at the
/// message's end in order of their names. Media are hashed to eight bytes, because their encoded length says nothing
/// about their tokens; `cache_control` marks are left out, because clients move them from turn to turn. Token ids
/// count four bytes each.
final class PromptReader {
    private static final String[] MEDIA_KEYS = {
        "image_url", "video_url", "audio_url", "input_audio", "image_embeds", "audio", "file", "file_data", "source"
    };
    private static final byte[] TRUE = "TRUE".getBytes(US_ASCII);
    private static final byte[] FALSE = "FALSE".getBytes(US_ASCII);
    private static final byte[] NULL = "NULL".getBytes(US_ASCII);

    private final ScanLimits limits;
    private final PromptSegments segments;
    private final PromptSlot[] containers;
    private final int[] children;
    private int depth;
    private PromptSlot next = PromptSlot.SKIPPED;
    private Field field = Field.PROMPT;
    private @Nullable ByteSink sink;

    private final TextBuffer key = new TextBuffer();
    private final TextBuffer number = new TextBuffer();
    private final HeldMembers messageMembers = new HeldMembers();
    private final HeldMembers partMembers = new HeldMembers();
    private PromptHash segment;
    private ByteSink content;
    private ByteSink opaque;
    private final TextBuffer heldContent = new TextBuffer();
    private final PromptHash media = new PromptHash(0);
    private final byte[] word = new byte[Long.BYTES];
    private TextBuffer mediaDigest = heldContent;
    private boolean roleSeen;

    PromptReader(ScanLimits limits) {
        this.limits = limits;
        this.segments = new PromptSegments(limits.maxBlocks());
        this.containers = new PromptSlot[limits.maxDepth() + 1];
        this.children = new int[limits.maxDepth() + 1];
        this.segment = segments.of(field);
        this.content = segment;
        this.opaque = segment;
    }

    /// Forgets the prompt.
    void reset() {
        segments.reset();
        messageMembers.clear();
        partMembers.clear();
        heldContent.clear();
        media.reset();
        key.clear();
        number.clear();
        sink = null;
    }

    /// The next value is that field's.
    void start(Field prompt) {
        field = prompt;
        segment = segments.of(prompt);
        content = segment;
        opaque = segment;
        depth = 0;
        next = switch (prompt) {
            case MESSAGES -> PromptSlot.MESSAGES;
            case SYSTEM, INSTRUCTIONS -> PromptSlot.CONTENT;
            // Texts, lists of them, or objects around them, as engines take them.
            case TOOLS, QUERY, QUERIES, TEXT_1, DATA_1, DOCUMENTS, TEXT_2, DATA_2 -> PromptSlot.OPAQUE;
            default -> PromptSlot.TEXTS;
        };
    }

    PromptPrefix result() {
        return segments.combine();
    }

    void begin(Token token) {
        if (token == Token.KEY) {
            key.clear();
            sink = key;
            return;
        }
        if (!next.accepts(token, field)) {
            // The engine judges it; as a hint for the price it says nothing.
            next = PromptSlot.SKIPPED;
        }
        sink = null;
        if (token == Token.OBJECT || token == Token.ARRAY) {
            open(token);
        } else {
            scalar(token);
        }
        children[depth]++;
        if (token == Token.OBJECT || token == Token.ARRAY) {
            push();
        }
    }

    void text(byte[] array, int from, int to) {
        if (sink != null) {
            sink.write(array, from, to);
        }
    }

    void end(Token token, long at) {
        sink = null;
        switch (token) {
            case KEY -> next = slotOfMember(containers[depth], at);
            case OBJECT, ARRAY -> {
                next = containers[depth];
                depth--;
                endValue(token);
            }
            case STRING, NUMBER, TRUE, FALSE, NULL -> endValue(token);
        }
    }

    /// A container begins: what must be written before its children.
    private void open(Token token) {
        switch (next) {
            case ELEMENT -> {
                if (token == Token.OBJECT) {
                    next = PromptSlot.MESSAGE;
                    beginMessage();
                } else {
                    separate(segment);
                }
            }
            case MESSAGE -> beginMessage();
            case CONTENT -> beginContent();
            case PART -> separate(content);
            case TEXT, MEMBER -> {
                next = PromptSlot.MEMBER;
                opaque = held();
                structure(token);
            }
            case MEDIA -> beginMedia();
            case OPAQUE -> structure(token);
            case TEXTS, ID, MESSAGES, ROLE, SKIPPED -> {}
        }
    }

    private void scalar(Token token) {
        switch (next) {
            case TEXTS -> sink = segment;
            case ELEMENT, ID -> beginElement(token);
            case ROLE -> sink = segment;
            case CONTENT -> {
                if (token == Token.STRING) {
                    beginContent();
                    sink = content;
                }
            }
            case PART -> {
                separate(content);
                sink = content;
            }
            case TEXT -> {
                if (token == Token.STRING) {
                    sink = content;
                }
            }
            case MEMBER -> {
                opaque = held();
                opaqueScalar(token);
            }
            case MEDIA -> {
                beginMedia();
                opaqueScalar(token);
            }
            case OPAQUE -> opaqueScalar(token);
            case MESSAGES, MESSAGE, SKIPPED -> {}
        }
    }

    private void beginElement(Token token) {
        if (token == Token.NUMBER) {
            number.clear();
            sink = number;
        } else {
            separate(segment);
            sink = segment;
        }
    }

    private void separate(ByteSink between) {
        if (children[depth] > 0) {
            Frame.NEXT.writeTo(between);
        }
    }

    private void beginMessage() {
        Frame.MESSAGE.writeTo(segment);
        roleSeen = false;
        heldContent.clear();
        content = segment;
    }

    private void beginContent() {
        if (depth > 0) {
            if (!roleSeen) {
                heldContent.clear();
                content = heldContent;
            }
            Frame.CONTENT.writeTo(content);
        }
    }

    private void beginMedia() {
        mediaDigest = held();
        media.reset();
        opaque = media;
    }

    private TextBuffer held() {
        return membersOf(containers[depth]).open(key);
    }

    private HeldMembers membersOf(PromptSlot container) {
        return container == PromptSlot.PART ? partMembers : messageMembers;
    }

    private void structure(Token token) {
        (token == Token.OBJECT ? Frame.OBJECT : Frame.ARRAY).writeTo(opaque);
    }

    private void opaqueScalar(Token token) {
        switch (token) {
            case STRING -> Frame.STRING.writeTo(opaque);
            case NUMBER -> Frame.NUMBER.writeTo(opaque);
            case TRUE -> literal(TRUE);
            case FALSE -> literal(FALSE);
            case NULL -> literal(NULL);
            case OBJECT, ARRAY, KEY -> {}
        }
        sink = opaque;
    }

    private void literal(byte[] name) {
        Frame.LITERAL.writeTo(opaque);
        opaque.write(name, 0, name.length);
    }

    private void push() {
        PromptSlot container = next;
        depth++;
        containers[depth] = container;
        children[depth] = 0;
        next = container.child();
    }

    private PromptSlot slotOfMember(PromptSlot container, long at) {
        if (key.matches("cache_control")) {
            return PromptSlot.SKIPPED;
        }
        return switch (container) {
            case MESSAGE ->
                key.matches("role")
                        ? PromptSlot.ROLE
                        : key.matches("content") ? PromptSlot.CONTENT : slotOfHeld(messageMembers, at);
            case PART ->
                key.matches("type")
                        ? PromptSlot.SKIPPED
                        : key.matches("text") ? PromptSlot.TEXT : slotOfHeld(partMembers, at);
            case OPAQUE, MEMBER, MEDIA -> {
                Frame.MEMBER.writeTo(opaque);
                key.writeTo(opaque);
                yield PromptSlot.OPAQUE;
            }
            case SKIPPED, TEXTS, ELEMENT, ID, MESSAGES, ROLE, CONTENT, TEXT -> PromptSlot.SKIPPED;
        };
    }

    private PromptSlot slotOfHeld(HeldMembers members, long at) {
        if (members.size() == limits.maxKeys()) {
            throw new MalformedJson("more than " + limits.maxKeys() + " keys", at);
        }
        for (String name : MEDIA_KEYS) {
            if (key.matches(name)) {
                return PromptSlot.MEDIA;
            }
        }
        return PromptSlot.MEMBER;
    }

    private void endValue(Token token) {
        boolean container = token == Token.OBJECT || token == Token.ARRAY;
        switch (next) {
            case ELEMENT, ID -> {
                if (token == Token.NUMBER) {
                    addTokenId();
                }
            }
            case ROLE -> endRole();
            case MESSAGE -> endMessage();
            case PART -> partMembers.flushTo(content);
            case OPAQUE, MEMBER -> {
                if (container) {
                    Frame.CLOSE.writeTo(opaque);
                }
            }
            case MEDIA -> endMedia();
            case TEXTS, MESSAGES, CONTENT, TEXT, SKIPPED -> {}
        }
        next = depth == 0 ? PromptSlot.SKIPPED : containers[depth].child();
    }

    private void addTokenId() {
        long id = number.toCount();
        if (id >= 0) {
            segment.write(littleEndian(id), 0, Integer.BYTES);
        }
    }

    private void endRole() {
        roleSeen = true;
        releaseContent();
    }

    private void endMessage() {
        releaseContent();
        messageMembers.flushTo(segment);
    }

    private void releaseContent() {
        heldContent.writeTo(segment);
        heldContent.clear();
        content = segment;
    }

    private void endMedia() {
        mediaDigest.write(littleEndian(media.digest()), 0, Long.BYTES);
    }

    private byte[] littleEndian(long value) {
        for (int i = 0; i < word.length; i++) {
            word[i] = (byte) (value >> (8 * i));
        }
        return word;
    }
}
