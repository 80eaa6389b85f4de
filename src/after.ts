/** Goes on with a value: at once where it is there, since a promise for each of thousands of events costs more than what is done with it. */
export function after<Value, Result>(
  value: Value | Promise<Value>,
  next: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(next) : next(value)
}
