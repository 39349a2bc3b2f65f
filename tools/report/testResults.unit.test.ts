import { closingLine, countsOf, sum } from "./testResults";

const report = {
  numPassedTests: 10,
  numFailedTests: 1,
  numPendingTests: 2,
  numTodoTests: 1,
  numRuntimeErrorTestSuites: 0,
};

test("a file that cannot run is a failure, a todo is skipped", () => {
  expect(countsOf(report)).toEqual({ passed: 10, failed: 1, skipped: 3 });
  expect(countsOf({ ...report, numRuntimeErrorTestSuites: 2 }).failed).toBe(3);
});

test("the closing line has the sums", () => {
  expect(closingLine(sum([countsOf(report), { passed: 5, failed: 0, skipped: 0 }]))).toBe(
    "15 passed, 1 failed, 3 skipped",
  );
  expect(closingLine(sum([]))).toBe("0 passed, 0 failed, 0 skipped");
});
