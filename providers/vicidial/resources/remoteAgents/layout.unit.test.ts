import fc from "fast-check";
import { blockOf, overlap } from "../../site/agentBlocks";
import { type Place, placesFor } from "./layout";

const ip = fc.integer({ min: 1, max: 12 }).map((last) => `10.0.0.${last}`);
const ips = fc.uniqueArray(ip, { maxLength: 6 });
const block = ({ userStart, lines }: Place) => blockOf(userStart, lines);

test("one block after the other", () => {
  expect(placesFor(["10.0.0.103", "10.0.0.104"], "5565", 4)).toEqual([
    { serverIp: "10.0.0.103", slot: 0, userStart: "5565", lines: 4 },
    { serverIp: "10.0.0.104", slot: 1, userStart: "5569", lines: 4 },
  ]);
});

test("every dialler has one block, disjoint from the others, from userStart on", () =>
  fc.assert(
    fc.property(ips, ips, fc.integer({ min: 1, max: 255 }), (before, after, lines) => {
      const places = placesFor(after, "5565", lines, placesFor(before, "5565", lines));
      expect(places.map(({ serverIp }) => serverIp).sort()).toEqual([...after].sort());
      for (const one of places) {
        expect(Number(one.userStart)).toBeGreaterThanOrEqual(5565);
        for (const other of places) if (other !== one) expect(overlap(block(one), block(other))).toBe(false);
      }
    }),
  ));

test("whoever stays keeps his users when others join or leave", () =>
  fc.assert(
    fc.property(ips, ips, fc.integer({ min: 1, max: 255 }), (before, after, lines) => {
      const was = placesFor(before, "5565", lines);
      const is = placesFor(after, "5565", lines, was);
      for (const place of was.filter(({ serverIp }) => after.includes(serverIp))) expect(is).toContainEqual(place);
    }),
  ));

test("who joins takes the gap that another left", () => {
  const was = placesFor(["10.0.0.1", "10.0.0.2", "10.0.0.3"], "100", 1);
  expect(
    placesFor(["10.0.0.1", "10.0.0.3", "10.0.0.4"], "100", 1, was).map(({ serverIp, userStart }) => [
      serverIp,
      userStart,
    ]),
  ).toEqual([
    ["10.0.0.1", "100"],
    ["10.0.0.4", "101"],
    ["10.0.0.3", "102"],
  ]);
});
