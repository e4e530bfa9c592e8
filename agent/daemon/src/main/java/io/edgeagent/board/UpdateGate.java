package io.edgeagent.board;

import io.edgeagent.model.UpdateRules;
import io.edgeagent.model.UpdateWindow;
import io.edgeagent.reconcile.UpdateHolds;
import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.HubTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What keeps modules that run from being changed just now: their own locks, and the deployment's maintenance window.
 *
 * @param zone of the window's times
 */
public record UpdateGate(UpdateLocks locks, HubTime hubTime, Clock clock, ZoneId zone) {
    private static final DateTimeFormatter DAY_AND_TIME = DateTimeFormatter.ofPattern("EEE HH:mm", Locale.ROOT);

    UpdateHolds holds(UpdateRules rules) {
        return new UpdateHolds(rules.overridesLocks() ? Set.of() : locks.held(), closed(rules), rules.pullsInWindow());
    }

    private Optional<String> closed(UpdateRules rules) {
        return rules.readable()
                ? rules.window().flatMap(this::closed)
                : Optional.of("nobody can read when modules may be changed");
    }

    private Optional<String> closed(UpdateWindow window) {
        if (!hubTime.agrees()) {
            return Optional.of("the maintenance window " + window.text()
                    + ", and this board's clock is not known to be right: it must agree with the hub's");
        }
        ZonedDateTime now = clock.wallClock().atZone(zone);
        return window.isOpen(now)
                ? Optional.empty()
                : Optional.of("the maintenance window " + window.text()
                        + window.nextOpening(now)
                                .map(next -> ", which opens " + DAY_AND_TIME.format(next))
                                .orElse(""));
    }
}
