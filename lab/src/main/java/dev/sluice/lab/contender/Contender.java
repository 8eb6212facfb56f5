package dev.sluice.lab.contender;

import dev.sluice.lab.fleet.Gauges;
import dev.sluice.lab.fleet.Server;
import dev.sluice.lab.workload.Arrival;
import java.util.List;

/// A way to choose servers; it is told what a picker in its place would be told, when it would be told.
public interface Contender {

    /// A server became ready.
    void joined(Server server);

    /// The pickers that it is made of; each reads the servers' metrics pages for itself.
    default List<Contender> pickers() {
        return List.of(this);
    }

    /// The server's metrics page was read.
    void scraped(int server, Gauges gauges);

    /// Decides upon a request: now, or later at another call.
    void submit(Arrival request, Verdict verdict);

    /// Told once what becomes of a request.
    interface Verdict {
        /// It goes to its server now.
        void placed(ServerPlacement placement);

        /// It is turned away.
        void refused();
    }

    /// A request on its server, from its sending to its end.
    interface ServerPlacement {
        int server();

        /// Its first token passed by.
        void firstToken();

        /// Its answer ended.
        ///
        /// @param cachedTokens prompt tokens that the engine reports as found in its cache
        void ended(int cachedTokens);

        /// The server turned it away at once, and computed nothing.
        void refused();
    }
}
