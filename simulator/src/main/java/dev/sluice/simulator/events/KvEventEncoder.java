package dev.sluice.simulator.events;

import dev.sluice.simulator.engine.BlockHashes;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.tokens.TokenStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;

/// A batch of events in the making, in vLLM's words.
final class KvEventEncoder {
    private static final String MEDIUM = "GPU";

    private final String model;
    private final MessageBufferPacker events = MessagePack.newDefaultBufferPacker();
    private int count;

    /// @param model the base model; any other is an adapter
    KvEventEncoder(String model) {
        this.model = model;
    }

    void stored(BlockHashes chain, int from, int to) {
        if (!(chain instanceof TokenStream tokens)) {
            throw new IllegalArgumentException("blocks without tokens: " + chain);
        }
        pack(() -> {
            begin("BlockStored", 7);
            name("block_hashes");
            events.packArrayHeader(to - from);
            for (int i = from; i < to; i++) {
                packHash(chain.hash(i));
            }
            name("parent_block_hash");
            if (from == 0) {
                events.packNil();
            } else {
                packHash(chain.hash(from - 1));
            }
            name("token_ids");
            long[] ids = tokens.ids(from * EngineConfig.BLOCK_TOKENS, to * EngineConfig.BLOCK_TOKENS);
            events.packArrayHeader(ids.length);
            for (long id : ids) {
                events.packLong(id);
            }
            name("block_size");
            events.packInt(EngineConfig.BLOCK_TOKENS);
            name("lora_id");
            events.packNil();
            name("medium");
            events.packString(MEDIUM);
            name("lora_name");
            if (tokens.model().equals(model)) {
                events.packNil();
            } else {
                events.packString(tokens.model());
            }
        });
    }

    void removed(long hash) {
        pack(() -> {
            begin("BlockRemoved", 2);
            name("block_hashes");
            events.packArrayHeader(1);
            packHash(hash);
            name("medium");
            events.packString(MEDIUM);
        });
    }

    void cleared() {
        pack(() -> begin("AllBlocksCleared", 0));
    }

    /// The batch; the next one begins.
    byte[] take(double seconds) {
        try (MessageBufferPacker batch = MessagePack.newDefaultBufferPacker()) {
            batch.packArrayHeader(3);
            batch.packDouble(seconds);
            batch.packArrayHeader(count);
            batch.addPayload(events.toByteArray());
            batch.packInt(0);
            events.clear();
            count = 0;
            return batch.toByteArray();
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
    }

    private interface Packing {
        void run() throws IOException;
    }

    private void pack(Packing event) {
        try {
            event.run();
            count++;
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
    }

    private void begin(String tag, int fields) throws IOException {
        events.packMapHeader(fields + 1);
        name("type");
        events.packString(tag);
    }

    private void name(String field) throws IOException {
        events.packString(field);
    }

    private void packHash(long hash) throws IOException {
        MessagePacker packer = events;
        packer.packBigInteger(new BigInteger(Long.toUnsignedString(hash)));
    }
}
