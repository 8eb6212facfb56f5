package dev.sluice.picker.signals.kvevents;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.prefix.EngineBlocks;
import dev.sluice.picker.prefix.EngineBlocks.Belief;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.telemetry.KvEventMeters;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Applies one engine's events to what is known of its cache.
final class KvCacheMirror {
    private static final Logger LOG = LoggerFactory.getLogger(KvCacheMirror.class);
    private static final double MILLIS_PER_SECOND = 1e3;

    private final Endpoint endpoint;
    private final EngineBlocks blocks;
    private final PrefixIndex approximate;
    private final KvEventMeters meters;
    private final InstantSource clock;
    private int group = KvEvent.NO_GROUP;
    /// Whether all that the engine holds is known.
    private boolean whole = true;

    /// @param approximate what other models' requests are placed by; it cannot follow single blocks, but forgets an
    ///     engine's cache with it
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

    /// @param live whether the batch is news, and no replay
    /// @return whether it could be read; if not, what the engine holds is not known any more
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

    /// Of a model's several caches one is followed, the first that needs all of a prompt's beginning: a prompt is
    /// found in none of the others where that one lacks it.
    private boolean isMain(int of) {
        if (group == KvEvent.NO_GROUP) {
            group = of;
        }
        return of == group;
    }

    /// The engine holds nothing yet.
    void begin() {
        blocks.clear();
        group = KvEvent.NO_GROUP;
        whole = true;
    }

    /// It is not known what the engine holds.
    void forget() {
        begin();
        whole = false;
    }

    /// Another engine has come in its place.
    void restarted() {
        begin();
        approximate.forget(endpoint);
        meters.restart(endpoint.pool());
        LOG.atInfo().addKeyValue("endpoint", endpoint).log("The engine's KV events began anew");
    }

    /// Lookups are to use what is known.
    void believe() {
        blocks.believe(whole ? Belief.EVERYTHING : Belief.A_PART);
    }

    /// Lookups are not to use what is known.
    void doubt() {
        blocks.believe(Belief.NOTHING);
    }

    void leave() {
        blocks.leave();
    }
}
