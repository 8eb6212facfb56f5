package dev.sluice.picker.payload.request;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Valid chat bodies with random key order, white space, escapes and characters, from a seed.
final class RandomBodies {
    private static final String[] CHARACTERS = {
        "a", "Z", " ", "\"", "\\", "/", "\n", "\t", "\u0001", "\u007f", "é", "ß", "漢", "€", "\uffff", "😀", "𝄞",
        "model", "{", "]", ":",
    };

    private final Random random;

    RandomBodies(Random random) {
        this.random = random;
    }

    String next() {
        List<String> members = new ArrayList<>();
        members.add(member("model", string(text(1 + random.nextInt(30)))));
        members.add(member("messages", messages()));
        if (random.nextBoolean()) {
            members.add(member("stream", pick("true", "false", "null")));
        }
        if (random.nextBoolean()) {
            members.add(member("max_tokens", pick("null", "0", "17", "4096")));
        }
        if (random.nextBoolean()) {
            members.add(member("stream_options", "{" + member("include_usage", pick("true", "false")) + "}"));
        }
        if (random.nextBoolean()) {
            members.add(member("cache_salt", string(text(8))));
        }
        if (random.nextBoolean()) {
            members.add(member("tools", array(List.of(value(3), value(2)))));
        }
        members.add(member("x" + random.nextInt(9), value(4)));
        return object(members);
    }

    private String messages() {
        List<String> messages = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            List<String> members = new ArrayList<>();
            members.add(member("role", string(pick("user", "assistant", "tool"))));
            String content = switch (random.nextInt(3)) {
                case 0 -> "null";
                case 1 -> string(text(random.nextInt(300)));
                default ->
                    array(List.of(object(new ArrayList<>(
                            List.of(member("type", "\"text\""), member("text", string(text(random.nextInt(200)))))))));
            };
            members.add(member("content", content));
            if (random.nextInt(3) == 0) {
                members.add(member("tool_calls", array(List.of(value(2)))));
            }
            messages.add(object(members));
        }
        return array(messages);
    }

    private String value(int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> "null";
            case 1 -> "true";
            case 2 -> Integer.toString(random.nextInt());
            case 3 -> Double.toString(random.nextInt(8000) / 8.0);
            case 4, 5 -> string(text(random.nextInt(20)));
            case 6 -> array(List.of(value(depth - 1), value(depth - 1)));
            default ->
                object(new ArrayList<>(List.of(member("model", value(depth - 1)), member("b", value(depth - 1)))));
        };
    }

    private String object(List<String> members) {
        Collections.shuffle(members, random);
        return "{" + space() + String.join(space() + "," + space(), members) + space() + "}";
    }

    private String array(List<String> elements) {
        return "[" + space() + String.join(space() + "," + space(), elements) + space() + "]";
    }

    private String member(String key, String value) {
        return string(key) + space() + ":" + space() + value;
    }

    private String text(int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(pick(CHARACTERS));
        }
        return text.toString();
    }

    private String string(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean must = c < ' ' || c == '"' || c == '\\';
            if (must || random.nextInt(12) == 0) {
                json.append(("\\u%04" + pick("x", "X")).formatted((int) c));
            } else {
                json.append(c);
            }
        }
        return wholeSurrogates(json.append('"').toString());
    }

    /// Escapes the other half of a pair of which one half was escaped: a lone half cannot be written as UTF-8.
    private static String wholeSurrogates(String json) {
        StringBuilder whole = new StringBuilder();
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            boolean paired = (Character.isHighSurrogate(c) && Character.isLowSurrogate(json.charAt(i + 1)))
                    || (Character.isLowSurrogate(c) && Character.isHighSurrogate(json.charAt(i - 1)));
            whole.append(Character.isSurrogate(c) && !paired ? "\\u%04x".formatted((int) c) : String.valueOf(c));
        }
        return whole.toString();
    }

    private String space() {
        return pick("", "", "", " ", "\n  ", "\t", "\r\n");
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
