/** Between protobuf's Struct and plain JSON. The library's own conversion is untyped. */
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import type { Struct, Value } from "google-protobuf/google/protobuf/struct_pb.js";
import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";

export function fromStruct(struct: Struct | undefined): JsonObject {
  const result: JsonObject = {};
  struct?.getFieldsMap().forEach((value, key) => {
    result[key] = fromValue(value);
  });
  return result;
}

export function toStruct(source: JsonObject): Struct {
  const struct = new structs.Struct();
  const fields = struct.getFieldsMap();
  for (const [key, value] of Object.entries(source)) fields.set(key, toValue(value));
  return struct;
}

function fromValue(value: Value): Json {
  const { KindCase } = structs.Value;
  switch (value.getKindCase()) {
    case KindCase.NUMBER_VALUE:
      return value.getNumberValue();
    case KindCase.STRING_VALUE:
      return value.getStringValue();
    case KindCase.BOOL_VALUE:
      return value.getBoolValue();
    case KindCase.STRUCT_VALUE:
      return fromStruct(value.getStructValue());
    case KindCase.LIST_VALUE:
      return (value.getListValue()?.getValuesList() ?? []).map(fromValue);
    case KindCase.NULL_VALUE:
    case KindCase.KIND_NOT_SET:
      return null;
  }
}

function toValue(source: Json): Value {
  const value = new structs.Value();
  if (source === null) value.setNullValue(structs.NullValue.NULL_VALUE);
  else if (typeof source === "number") value.setNumberValue(source);
  else if (typeof source === "string") value.setStringValue(source);
  else if (typeof source === "boolean") value.setBoolValue(source);
  else if (isObject(source)) value.setStructValue(toStruct(source));
  else {
    const items = new structs.ListValue();
    items.setValuesList(source.map(toValue));
    value.setListValue(items);
  }
  return value;
}
