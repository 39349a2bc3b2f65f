import { type Args, acceptance } from "../../kit/acceptance";
import { freshDatabase } from "../../kit/database";

acceptance("VicidialAgentUsers", async () => {
  const db = await freshDatabase({ schema: "1720" });
  const users = ({ userStart, lines }: Args) =>
    Array.from({ length: Number(lines) }, (_, line) => String(Number(userStart) + line));
  const set = (assignment: string) => async (args: Args) =>
    void (await db.query(`UPDATE vicidial_users SET ${assignment} WHERE user IN (?)`, [users(args)]));
  return {
    class: "VicidialAgentUsers",
    env: db.env,
    base: (i) => ({
      ...{ userStart: String(7000 + 20 * i), lines: 2, namePrefix: `Block ${i}` },
      ...{ userGroup: "AGENTS", recording: true, active: true },
    }),
    changes: [
      { field: "lines", to: 4 },
      { field: "lines", to: 1 },
      { field: "namePrefix", to: "Robot" },
      { field: "userGroup", to: "SALES" },
      { field: "recording", to: false },
      { field: "active", to: false },
      { field: "userStart", to: (i: number) => String(7010 + 20 * i), replaces: true },
      { field: "adopt", to: true },
    ],
    columns: [
      { property: "userGroup", change: set("user_group = 'SALES'") },
      { property: "recording", change: set("vicidial_recording = '0'") },
      { property: "active", change: set("active = 'N'") },
      // An input stands for all lines, and none of them is called that: the prefix is what is left of the name.
      { property: "namePrefix", change: set("full_name = CONCAT('Bob ', user)") },
      {
        property: "lines",
        change: async (args) =>
          void (await db.query("DELETE FROM vicidial_users WHERE user = ?", [users(args).at(-1)])),
      },
    ],
    conflict: { change: set("user_group = 'ADMIN'"), message: '`vicidial_users.user_group` "ADMIN": was "SALES" when' },
    async stored(args) {
      const rows = await db.query(
        "SELECT user, full_name, user_group, vicidial_recording, active FROM vicidial_users WHERE user IN (?) ORDER BY user",
        [Array.from({ length: 10 }, (_, line) => String(Number(args["userStart"]) + line))],
      );
      const first = rows[0];
      return (
        first && {
          userStart: first["user"],
          lines: rows.length,
          namePrefix: String(first["full_name"]).replace(/ 1$/, ""),
          userGroup: rows.every((row) => row["user_group"] === first["user_group"]) ? first["user_group"] : "mixed",
          recording: rows.every((row) => row["vicidial_recording"] === "1"),
          active: rows.every((row) => row["active"] === "Y"),
        }
      );
    },
    deleteByHand: async (args) => void (await db.query("DELETE FROM vicidial_users WHERE user IN (?)", [users(args)])),
    adopt: {
      makeByHand: async (args) => {
        for (const user of users(args))
          await db.query(
            "INSERT INTO vicidial_users (user, pass, full_name, user_group) VALUES (?, 'known', 'By hand', 'SALES')",
            [user],
          );
      },
      refusal: /are not free, vicidial_users has \d+ "By hand", \d+ "By hand"\. .* take them over with `adopt: true`/,
    },
    badInputs: [
      { args: { userStart: "sigma_agent" }, message: "must be 2 to 9 digits without a leading zero" },
      { args: { lines: 300 }, message: "must be at most 255" },
      {
        args: { userStart: "5569" },
        message: 'vicidial_users has 5570 "Remote line 1 of OLDCAMP". Choose a free block',
      },
      { args: { userGroup: "NOGROUP" }, message: '`userGroup` "NOGROUP": there is no such user group' },
    ],
    unknown: ["userStart", "lines", "namePrefix", "userGroup"],
    secrets: [db.password],
    dump: () => db.dump(),
    leaves: [/^\+ vicidial_admin_log: /],
    close: () => db.drop(),
  };
});
