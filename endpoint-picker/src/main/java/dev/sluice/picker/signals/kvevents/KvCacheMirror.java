package dev.sluice.picker.signals.kvevents;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.prefix.EngineBlocks;
import dev.sluice.picker.prefix.EngineBlocks.Coverage;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.telemetry.KvEventMeters;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Applies an engine's events to the blocks that the exact index has for it.
final class KvCacheMirror {
    private static final Logger LOG = LoggerFactory.getLogger(KvCacheMirror.class);
    private static final double MILLIS_PER_SECOND = 1e3;

    private final Endpoint endpoint;
    private final EngineBlocks blocks;
    private final PrefixIndex approximate;
    private final KvEventMeters meters;
    private final InstantSource clock;
    private int group = KvEvent.NO_GROUP;
    /// Every block of the engine is known.
    private boolean whole = true;

    /// @param approximate the index for prompts without tokens; it cannot follow single blocks, but forgets the
    ///     endpoint when the engine's cache is cleared
    KvCacheMirror(
            Endpoint endpoint,
            EngineBlocks blocks,
            PrefixIndex approximate,
            KvEventMeters meters,
            InstantSource clock) {
        this.endpoint = endpoint;
        this.blocks = blocks;
        this.approximate = approximate;
        this.meters = meters;
        this.clock = clock;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    KvEventMeters meters() {
        return meters;
    }

    /// Applies a batch of events.
    ///
    /// @param live whether the batch is new and no replay
    /// @return whether the batch could be read; if not, the engine's blocks are unknown from now on
    boolean apply(byte[] payload, boolean live) {
        KvEventDecoder.Batch batch;
        try {
            batch = KvEventDecoder.decode(payload);
        } catch (IllegalArgumentException invalid) {
            meters.event(endpoint.pool(), "invalid");
            LOG.atDebug().setCause(invalid).addKeyValue("endpoint", endpoint).log("KV events could not be read");
            return false;
        }
        batch.events().forEach(this::apply);
        if (live) {
            meters.lag(endpoint.pool(), clock.millis() / MILLIS_PER_SECOND - batch.seconds());
        }
        return true;
    }

    private void apply(KvEvent event) {
        switch (event) {
            case KvEvent.Stored stored
            when stored.wholePrefix() && isMain(stored.group()) -> {
                int missing = stored.blocks().count() - blocks.store(stored.blocks());
                if (missing > 0) {
                    meters.unplaced(endpoint.pool(), missing);
                }
                meters.event(endpoint.pool(), "stored");
            }
            case KvEvent.Removed removed
            when isMain(removed.group) -> {
                for (long hash : removed.hashes) {
                    blocks.remove(hash);
                }
                meters.event(endpoint.pool(), "removed");
            }
            case KvEvent.Cleared _ -> {
                blocks.clear();
                whole = true;
                approximate.forget(endpoint);
                meters.event(endpoint.pool(), "cleared");
            }
            case KvEvent.Stored _, KvEvent.Removed _, KvEvent.Ignored _ -> meters.event(endpoint.pool(), "ignored");
        }
    }

    /// A group of layers is the followed group. Of a model's several caches the first is followed whose
    /// blocks depend on the whole prefix: a prompt that this cache lacks is found in no other.
    private boolean isMain(int of) {
        if (group == KvEvent.NO_GROUP) {
            group = of;
        }
        return of == group;
    }

    /// The engine has begun with an empty cache.
    void begin() {
        blocks.clear();
        group = KvEvent.NO_GROUP;
        whole = true;
    }

    /// The engine's blocks are unknown: batches are missing.
    void forget() {
        begin();
        whole = false;
    }

    /// The engine has restarted.
    void restarted() {
        begin();
        approximate.forget(endpoint);
        meters.restart(endpoint.pool());
        LOG.atInfo().addKeyValue("endpoint", endpoint).log("The engine's KV events began anew");
    }

    /// Lets lookups use the known blocks. Of several ranks behind one port only the first publishes at the port that is
    /// followed: what the others hold is not known.
    void publish() {
        blocks.publish(whole && endpoint.server().ranks() == 1 ? Coverage.COMPLETE : Coverage.PARTIAL);
    }

    /// Keeps lookups from using the known blocks.
    void withdraw() {
        blocks.publish(Coverage.UNKNOWN);
    }

    void leave() {
        blocks.leave();
    }
}
