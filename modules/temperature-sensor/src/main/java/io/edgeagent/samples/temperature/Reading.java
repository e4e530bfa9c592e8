package io.edgeagent.samples.temperature;

import java.util.OptionalDouble;

/**
 * What a sensor measured.
 *
 * @param celsius temperature in degrees
 * @param humidity relative, in percent
 * @param pascal air pressure, if the sensor measures it
 */
record Reading(double celsius, double humidity, OptionalDouble pascal) {}
