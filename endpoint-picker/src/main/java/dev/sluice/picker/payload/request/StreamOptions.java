package dev.sluice.picker.payload.request;

import dev.sluice.picker.payload.json.JsonEvents.Token;
import dev.sluice.picker.payload.json.TextBuffer;

/// Recognises in a body's `stream_options` whether a streamed answer is to end with token counts.
final class StreamOptions {
    private static final String INCLUDE_USAGE = "include_usage";
    private static final String CONTINUOUS = "continuous_usage_stats";

    private UsageOption usage = UsageOption.ABSENT;
    private long at;
    private boolean atIncludeUsage;

    void reset() {
        usage = UsageOption.ABSENT;
        at = 0;
        atIncludeUsage = false;
    }

    UsageOption usage() {
        return usage;
    }

    /// The offset where the body says so, or would.
    long at() {
        return at;
    }

    /// The body's object begins.
    void body(long begin) {
        at = begin + 1;
    }

    /// The value of `stream_options` begins: an object or null, or something that is the engine's to judge.
    void begin(Token token, long begin) {
        switch (token) {
            case NULL -> {
                usage = UsageOption.NULL_OPTIONS;
                at = begin;
            }
            case OBJECT -> {
                usage = UsageOption.NO_MEMBERS;
                at = begin + 1;
            }
            case ARRAY, KEY, STRING, NUMBER, TRUE, FALSE -> usage = UsageOption.LEFT_ALONE;
        }
    }

    /// A member's key has ended.
    void key(TextBuffer key) {
        atIncludeUsage = key.matches(INCLUDE_USAGE);
        if (key.matches(CONTINUOUS) && usage != UsageOption.ASKED) {
            usage = UsageOption.LEFT_ALONE;
        } else if (usage == UsageOption.NO_MEMBERS && !atIncludeUsage) {
            usage = UsageOption.OTHER_MEMBERS;
        }
    }

    /// A member's value begins.
    void value(Token token, long begin) {
        if (!atIncludeUsage) {
            return;
        }
        UsageOption said = switch (token) {
            case TRUE -> UsageOption.ASKED;
            case FALSE -> UsageOption.FALSE;
            case NULL -> UsageOption.NULL;
            case OBJECT, ARRAY, KEY, STRING, NUMBER -> UsageOption.LEFT_ALONE;
        };
        boolean first = usage == UsageOption.NO_MEMBERS || usage == UsageOption.OTHER_MEMBERS;
        usage = first || said == UsageOption.ASKED ? said : UsageOption.LEFT_ALONE;
        at = begin;
    }
}
