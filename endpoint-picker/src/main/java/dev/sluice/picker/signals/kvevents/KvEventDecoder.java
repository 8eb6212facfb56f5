package dev.sluice.picker.signals.kvevents;

import dev.sluice.picker.prefix.StoredBlocks;
import dev.sluice.picker.prefix.TokenHash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ImmutableValue;
import org.msgpack.value.Value;

/// The decoder of batches of KV events as vLLM and SGLang publish them: MessagePack, `[timestamp, [event, ...],
/// ...]`.
///
/// vLLM wrote an event as an array up to June 2026, and so did SGLang, its tag first and fields by position. Since
/// then both write a map with the tag as `type`. New fields come at the end. Unknown fields are skipped, and missing
/// fields have their defaults. SGLang gives a salt by a field of its own, vLLM among the extra keys.
final class KvEventDecoder {
    private static final List<String> STORED = List.of(
            "block_hashes",
            "parent_block_hash",
            "token_ids",
            "block_size",
            "lora_id",
            "medium",
            "lora_name",
            "extra_keys",
            "group_idx",
            "kv_cache_spec_kind",
            "kv_cache_spec_sliding_window");
    private static final List<String> REMOVED = List.of("block_hashes", "medium", "group_idx");

    private static final int MOST_EVENTS = 1 << 20;

    /// A batch of events in their order.
    ///
    /// @param seconds time of the batch since the epoch, by the engine's clock
    record Batch(double seconds, List<KvEvent> events) {}

    private KvEventDecoder() {}

    /// @throws IllegalArgumentException when the bytes are no batch of events
    static Batch decode(byte[] payload) {
        try (MessageUnpacker in = MessagePack.newDefaultUnpacker(payload)) {
            return in.getNextFormat().getValueType().isMapType() ? named(in) : positional(in);
        } catch (IOException | RuntimeException broken) {
            throw new IllegalArgumentException("no batch of KV events: " + broken.getMessage(), broken);
        }
    }

    private static Batch positional(MessageUnpacker in) throws IOException {
        int fields = in.unpackArrayHeader();
        double seconds = seconds(in.unpackValue());
        List<KvEvent> events = events(in);
        in.skipValue(Math.max(0, fields - 2));
        return new Batch(seconds, events);
    }

    private static Batch named(MessageUnpacker in) throws IOException {
        double seconds = 0;
        List<KvEvent> events = List.of();
        for (int left = in.unpackMapHeader(); left > 0; left--) {
            switch (in.unpackString()) {
                case "ts" -> seconds = seconds(in.unpackValue());
                case "events" -> events = events(in);
                default -> in.skipValue();
            }
        }
        return new Batch(seconds, events);
    }

    private static double seconds(Value value) {
        return value.asNumberValue().toDouble();
    }

    private static List<KvEvent> events(MessageUnpacker in) throws IOException {
        int count = in.unpackArrayHeader();
        if (count > MOST_EVENTS) {
            throw new IllegalArgumentException(count + " events");
        }
        List<KvEvent> events = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            events.add(event(in));
        }
        return events;
    }

    private static KvEvent event(MessageUnpacker in) throws IOException {
        Fields fields = new Fields();
        if (in.getNextFormat().getValueType().isMapType()) {
            for (int left = in.unpackMapHeader(); left > 0; left--) {
                fields.read(in.unpackString(), in);
            }
            return fields.event();
        }
        int left = in.unpackArrayHeader() - 1;
        fields.tag = in.unpackString();
        List<String> names = fields.tag.equals("BlockRemoved") ? REMOVED : STORED;
        for (int i = 0; i < left; i++) {
            fields.read(i < names.size() ? names.get(i) : "", in);
        }
        return fields.event();
    }

    /// The fields of an event.
    private static final class Fields {
        String tag = "";
        private long[] hashes = {};
        private long parent;
        private int[] tokens = {};
        private int blockTokens;
        private boolean adapterById;
        private @Nullable String adapter;
        private @Nullable String medium;
        private int group = KvEvent.NO_GROUP;
        private boolean wholePrefix = true;
        private @Nullable Value extraKeys;
        private @Nullable String salt;

        void read(String name, MessageUnpacker in) throws IOException {
            if (in.getNextFormat().getValueType().isNilType()) {
                in.unpackNil();
                return;
            }
            switch (name) {
                case "type" -> tag = in.unpackString();
                case "block_hashes" -> hashes = hashes(in);
                case "parent_block_hash" -> parent = hash(in.unpackValue());
                case "token_ids" -> tokens = tokens(in);
                case "block_size" -> blockTokens = in.unpackInt();
                case "lora_id" -> adapterById = !in.unpackValue().isNilValue();
                case "medium" -> medium = in.unpackString();
                case "lora_name", "metadata" -> nameOrMetadata(in.unpackValue());
                case "cache_salt" -> salt = in.unpackString();
                case "extra_keys" -> extraKeys = in.unpackValue();
                case "group_idx" -> group = in.unpackInt();
                case "kv_cache_spec_kind" -> {
                    String kind = in.unpackString();
                    wholePrefix &= !kind.contains("sliding") && !kind.contains("mamba");
                }
                case "kv_cache_spec_sliding_window" -> wholePrefix &= in.unpackInt() <= 0;
                default -> in.skipValue();
            }
        }

        /// An array of vLLM has the adapter's name where one of SGLang has a map.
        private void nameOrMetadata(Value value) {
            if (value.isStringValue()) {
                adapter = value.asStringValue().asString();
            } else if (value.isMapValue()) {
                value.asMapValue().map().forEach((key, each) -> {
                    if (key.toString().equals("cache_salt") && each.isStringValue()) {
                        salt = each.asStringValue().asString();
                    }
                });
            }
        }

        KvEvent event() {
            boolean elsewhere = medium != null && !medium.equalsIgnoreCase("GPU");
            return switch (tag) {
                case "BlockStored" -> elsewhere ? new KvEvent.Ignored() : stored();
                case "BlockRemoved" -> elsewhere ? new KvEvent.Ignored() : new KvEvent.Removed(hashes, group);
                case "AllBlocksCleared" -> new KvEvent.Cleared();
                default -> new KvEvent.Ignored();
            };
        }

        private KvEvent stored() {
            // The engine gives a number instead of the adapter's name: no request asks for this name.
            String name = adapter == null && adapterById ? "\0" : adapter;
            return new KvEvent.Stored(
                    new StoredBlocks(hashes, parent, tokens, blockTokens, name, extras()), group, wholePrefix);
        }

        /// Hashes of the extra keys, less the adapter's name, which begins the hash chain already.
        private long[] extras() {
            if (salt != null && parent == 0) {
                return new long[] {TokenHash.text(0, salt)};
            }
            if (extraKeys == null || !extraKeys.isArrayValue()) {
                return new long[0];
            }
            long[] extras = new long[hashes.length];
            for (int i = 0; i < Math.min(extras.length, extraKeys.asArrayValue().size()); i++) {
                Value keys = extraKeys.asArrayValue().get(i);
                if (keys.isArrayValue()) {
                    for (Value key : keys.asArrayValue()) {
                        String text = key.isStringValue() ? key.asStringValue().asString() : key.toString();
                        extras[i] = text.equals(adapter) ? extras[i] : TokenHash.text(extras[i], text);
                    }
                }
            }
            return extras;
        }
    }

    private static long[] hashes(MessageUnpacker in) throws IOException {
        long[] hashes = new long[bounded(in.unpackArrayHeader())];
        for (int i = 0; i < hashes.length; i++) {
            long hash = hash(in.unpackValue());
            hashes[i] = hash == 0 ? 1 : hash;
        }
        return hashes;
    }

    /// A block's hash: a number, or the last eight bytes of a digest, which differ between the blocks of an
    /// engine.
    private static long hash(ImmutableValue value) {
        if (value.isIntegerValue()) {
            return value.asIntegerValue().toBigInteger().longValue();
        }
        byte[] digest = value.asRawValue().asByteArray();
        long hash = 0;
        for (int i = Math.max(0, digest.length - Long.BYTES); i < digest.length; i++) {
            hash = hash << Byte.SIZE | (digest[i] & 0xFF);
        }
        return hash == 0 ? 1 : hash;
    }

    private static int[] tokens(MessageUnpacker in) throws IOException {
        int[] tokens = new int[bounded(in.unpackArrayHeader())];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = (int) in.unpackLong();
        }
        return tokens;
    }

    /// The length of an array, bounded, so that a false header allocates no memory.
    private static int bounded(int length) {
        if (length > 1 << 20) {
            throw new IllegalArgumentException("an array of " + length);
        }
        return length;
    }
}
