package dev.sluice.picker.payload.request;

import dev.sluice.picker.payload.json.ByteSink;
import dev.sluice.picker.payload.json.TextBuffer;
import java.util.Arrays;

/// The members of an object whose place in the prompt is not where they stand in the body: kept until the object
/// ends, then written in the order of their names, so that the hash does not depend on the order in the body.
///
/// They stand in that order from the start, so that a name is found in few steps however many a client sends. The
/// buffers of members that are gone serve the next.
final class HeldMembers {
    private static final int IDLE = 16;

    private static final class Member {
        final TextBuffer key = new TextBuffer();
        final TextBuffer value = new TextBuffer();
    }

    private Member[] members = {};
    private int size;

    int size() {
        return size;
    }

    /// @return false where there is a member of that name already
    boolean add(TextBuffer key) {
        int at = find(key);
        if (at >= 0) {
            return false;
        }
        if (size == members.length) {
            grow();
        }
        Member idle = members[size];
        System.arraycopy(members, ~at, members, ~at + 1, size - ~at);
        members[~at] = idle;
        size++;
        key.writeTo(idle.key);
        return true;
    }

    /// The value, to be written to, of the member of that name, which need not be there yet.
    TextBuffer open(TextBuffer key) {
        add(key);
        return members[find(key)].value;
    }

    void flushTo(ByteSink sink) {
        for (int i = 0; i < size; i++) {
            Frame.MEMBER.writeTo(sink);
            members[i].key.writeTo(sink);
            members[i].value.writeTo(sink);
        }
        clear();
    }

    void clear() {
        if (size > IDLE) {
            members = Arrays.copyOf(members, IDLE);
        }
        for (int i = 0; i < Math.min(size, IDLE); i++) {
            members[i].key.clear();
            members[i].value.clear();
        }
        size = 0;
    }

    private void grow() {
        members = Arrays.copyOf(members, Math.max(IDLE, 2 * size));
        for (int i = size; i < members.length; i++) {
            members[i] = new Member();
        }
    }

    /// The index of the member of that name, or the complement of where it would stand.
    private int find(TextBuffer key) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = members[middle].key.compareTo(key);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return ~low;
    }
}
