package dev.sluice.lab.contender;

import dev.sluice.lab.workload.Arrival;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// NVIDIA Dynamo's KV router (1.6): the least sum of prefill blocks to compute and decode blocks held, with what each
/// worker caches known from its events. Temperature 0.
final class DynamoCost implements Chooser {
    private static final int PIECE_BYTES = 256;

    private final List<Worker> workers = new ArrayList<>();
    private final Map<Integer, Double> prefills = new HashMap<>();

    /// The work that is active at one worker, in blocks.
    private static final class Worker {
        final Map<Long, Integer> active = new HashMap<>();
        double prefill;
    }

    @Override
    public int choose(Sight sight, Arrival request) {
        while (workers.size() < sight.servers()) {
            workers.add(new Worker());
        }
        long[] pieces = pieces(request);
        return sight.least(server -> {
            Worker worker = workers.get(server);
            int held = worker.active.size();
            for (long piece : pieces) {
                held += worker.active.containsKey(piece) ? 0 : 1;
            }
            return worker.prefill + uncached(sight, request, server) + held;
        });
    }

    @Override
    public void placed(Sight sight, Arrival request, int server) {
        double uncached = uncached(sight, request, server);
        Worker worker = workers.get(server);
        prefills.put(request.number(), uncached);
        worker.prefill += uncached;
        for (long piece : pieces(request)) {
            worker.active.merge(piece, 1, Integer::sum);
        }
    }

    @Override
    public void firstToken(Sight sight, Arrival request, int server) {
        Double uncached = prefills.remove(request.number());
        workers.get(server).prefill -= uncached == null ? 0 : uncached;
    }

    @Override
    public void ended(Sight sight, Arrival request, int server) {
        for (long piece : pieces(request)) {
            workers.get(server).active.computeIfPresent(piece, (_, count) -> count == 1 ? null : count - 1);
        }
    }

    private static double uncached(Sight sight, Arrival request, int server) {
        int tokens = request.prompt().tokens();
        int cached = sight.truth(server).cachedTokens(request.prompt().blocks(request.answer()), tokens);
        return pieces(request).length * (1 - (double) cached / tokens);
    }

    private static long[] pieces(Arrival request) {
        return request.prompt().pieces(PIECE_BYTES, Integer.MAX_VALUE);
    }
}
