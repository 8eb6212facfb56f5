package dev.sluice.lab.contender;

import dev.sluice.lab.fleet.Agenda;
import dev.sluice.lab.fleet.Gauges;
import dev.sluice.lab.fleet.Server;
import dev.sluice.lab.workload.Arrival;

/// A published design, with the books that all of them keep.
final class PublishedContender implements Contender {
    private final Chooser chooser;
    private final Sight sight;

    PublishedContender(Chooser chooser, Agenda agenda) {
        this.chooser = chooser;
        this.sight = new Sight(agenda);
    }

    @Override
    public void joined(Server server) {
        sight.joined(server);
    }

    @Override
    public void scraped(int server, Gauges gauges) {
        sight.scraped(server, gauges);
    }

    @Override
    public void submit(Arrival request, Verdict verdict) {
        int server = chooser.choose(sight, request);
        sight.count(server, 1);
        chooser.placed(sight, request, server);
        verdict.placed(new ServerPlacement() {
            @Override
            public int server() {
                return server;
            }

            @Override
            public void firstToken() {
                chooser.firstToken(sight, request, server);
            }

            @Override
            public void ended(int cachedTokens) {
                sight.count(server, -1);
                chooser.ended(sight, request, server);
            }

            @Override
            public void refused() {
                firstToken();
                ended(0);
            }
        });
    }
}
