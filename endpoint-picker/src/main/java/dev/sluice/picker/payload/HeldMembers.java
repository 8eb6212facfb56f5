package dev.sluice.picker.payload;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.TreeMap;

/// The members of an object whose place in the prompt is not where they stand in the body: kept until the object
/// ends, then written in the order of their names, so that the hash does not depend on the order in the body.
final class HeldMembers {
    private final Map<String, TextBuffer> members = new TreeMap<>();

    TextBuffer open(String key) {
        return members.computeIfAbsent(key, _ -> new TextBuffer());
    }

    int size() {
        return members.size();
    }

    void flushTo(ByteSink sink) {
        if (members.isEmpty()) {
            return;
        }
        members.forEach((key, value) -> {
            Frame.MEMBER.writeTo(sink);
            byte[] name = key.getBytes(UTF_8);
            sink.write(name, 0, name.length);
            value.writeTo(sink);
        });
        members.clear();
    }
}
