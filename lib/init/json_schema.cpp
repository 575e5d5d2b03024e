#include "init/json_schema.hpp"

#include <cmath>
#include <set>

#include "base/text.hpp"
#include "run/json.hpp"

namespace lookahead {
namespace {

// Whole numbers without a point, as they are written in a file.
Json json_number(double value) {
  constexpr double most_exact = 9e15;
  if (value == std::floor(value) && std::abs(value) < most_exact) return static_cast<std::int64_t>(value);
  return value;
}

class SchemaWriter {
 public:
  Json whole(const Form& form, const std::string& title) {
    Json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", title}};
    schema.update(schema_of(form));
    if (!shared_.empty()) schema["definitions"] = shared_;
    return schema;
  }

 private:
  // Forms that are shared stand once among the definitions.
  Json schema_of(const Form& form) {
    if (form.shared.empty()) return own_schema(form);
    if (!shared_.contains(form.shared)) {
      shared_[form.shared] = Json::object();  // also for what refers to itself
      Json schema = own_schema(form);
      shared_[form.shared] = std::move(schema);
    }
    return {{"$ref", "#/definitions/" + form.shared}};
  }

  Json own_schema(const Form& form) {
    Json schema = Json::object();
    switch (form.kind) {
      case Form::Kind::anything:
        break;
      case Form::Kind::number:
      case Form::Kind::integer:
        schema["type"] = form.kind == Form::Kind::number ? "number" : "integer";
        add_limits(schema, form);
        break;
      case Form::Kind::boolean:
        schema["type"] = "boolean";
        break;
      case Form::Kind::text:
        schema["type"] = form.text.empty() ? Json({"string", "number", "boolean"}) : Json("string");
        if (!form.text.empty()) schema["pattern"] = form.text;
        break;
      case Form::Kind::word:
        schema["const"] = form.text;
        break;
      case Form::Kind::list:
        schema["type"] = "array";
        schema["items"] = schema_of(form.parts.front());
        if (form.least > 0) schema["minItems"] = form.least;
        if (form.most > 0) schema["maxItems"] = form.most;
        break;
      case Form::Kind::map:
        add_map(schema, form);
        break;
      case Form::Kind::either:
        add_choices(schema, form);
        break;
    }
    if (!form.sentence.empty()) schema["description"] = form.sentence;
    return schema;
  }

  static void add_limits(Json& schema, const Form& form) {
    for (const Limit& limit : form.limits) {
      const char* keyword = limit.kind == Limit::Kind::at_least  ? "minimum"
                            : limit.kind == Limit::Kind::above   ? "exclusiveMinimum"
                            : limit.kind == Limit::Kind::at_most ? "maximum"
                                                                 : "exclusiveMaximum";
      schema[keyword] = json_number(limit.value);
    }
  }

  void add_map(Json& schema, const Form& form) {
    schema["type"] = "object";
    Json properties = Json::object(), required = Json::array();
    for (const Form::Member& member : form.members) {
      properties[member.key] = property(member);
      if (member.required) required.push_back(member.key);
    }
    if (!properties.empty()) schema["properties"] = std::move(properties);
    if (!required.empty()) schema["required"] = std::move(required);
    for (const auto& group : form.groups) schema["oneOf"].push_back({{"required", group}});
    if (form.least > 0) schema["minProperties"] = form.least;
    if (form.most > 0) schema["maxProperties"] = form.most;
    const Json further = form.parts.empty() ? Json(false) : schema_of(form.parts.front());
    if (form.text.empty()) {
      schema["additionalProperties"] = further;
    } else {
      schema["patternProperties"] = {{form.text, further}};
      schema["additionalProperties"] = false;
    }
  }

  // A key's value with what is said of the key.
  Json property(const Form::Member& member) {
    Json value = schema_of(member.form);
    std::string text = member.sentence;
    if (!member.type.empty()) text += (text.empty() ? "" : "\n\n") + member.type;
    if (member.standard.is_scalar()) text += ", default " + member.standard.text;
    if (text.empty()) return value;
    Json schema = {{"description", text}};
    // Beside a reference nothing counts.
    const bool apart = value.contains("$ref") || value.contains("description");
    if (apart) {
      schema["allOf"] = Json::array({std::move(value)});
    } else {
      schema.update(value);
    }
    if (member.standard.kind != Node::Kind::empty) schema["default"] = json_of(member.standard);
    return schema;
  }

  void add_choices(Json& schema, const Form& form) {
    Json any = choices(form);
    if (any.size() == 1) {
      schema.update(any.front());
    } else {
      schema["anyOf"] = std::move(any);
    }
  }

  // Words, of which those that nothing is said of stand together, and the rest.
  Json choices(const Form& form) {
    Json any = Json::array(), words = Json::array();
    std::vector<const Form*> others;
    for (const Form& part : form.parts) {
      if (part.kind != Form::Kind::word) {
        others.push_back(&part);
      } else if (part.sentence.empty()) {
        words.push_back(part.text);
      } else {
        any.push_back(schema_of(part));
      }
    }
    if (!words.empty()) any.insert(any.begin(), Json{{"enum", std::move(words)}});
    if (tell_apart(others)) {
      // First, as an editor tells by the first what is wrong with a number.
      any.insert(any.begin(), by_type(others));
    } else {
      for (const Form* part : others) any.push_back(schema_of(*part));
    }
    return any;
  }

  // Whether no two of the parts are of the same type.
  static bool tell_apart(const std::vector<const Form*>& parts) {
    std::set<std::string> seen;
    for (const Form* part : parts) {
      for (const std::string& type : types_of(*part)) {
        if (!seen.insert(type).second) return false;
      }
    }
    return parts.size() > 1 && seen.count("") == 0;
  }

  // The types of JSON that values have; "" where more is to be looked at.
  static std::vector<std::string> types_of(const Form& form) {
    switch (form.kind) {
      case Form::Kind::number:
      case Form::Kind::integer:
        return {"number"};
      case Form::Kind::boolean:
        return {"boolean"};
      case Form::Kind::text:
        if (form.text.empty()) return {"string", "number", "boolean"};
        return {"string"};
      case Form::Kind::list:
        return {"array"};
      case Form::Kind::map:
        return {"object"};
      case Form::Kind::anything:
      case Form::Kind::word:
      case Form::Kind::either:
        break;
    }
    return {""};
  }

  // One schema for parts of different types: every keyword is about values of one type. So an editor sees
  // what is wrong with a map, and not that it is no number.
  Json by_type(const std::vector<const Form*>& parts) {
    Json schema = {{"type", Json::array()}};
    for (const Form* part : parts) {
      Json own = own_schema(*part);
      for (const std::string& type : types_of(*part)) {
        const bool whole = part->kind == Form::Kind::integer;
        schema["type"].push_back(whole ? "integer" : type);
      }
      // Which groups of keys are there holds of all groups where there are no keys.
      if (!part->shared.empty() || !part->groups.empty())
        own = {{"if", {{"type", own["type"]}}}, {"then", schema_of(*part)}};
      own.erase("type");
      schema.update(own);
    }
    return schema;
  }

  Json shared_ = Json::object();
};

}  // namespace

std::string json_schema(const Form& form, const std::string& title) {
  return SchemaWriter().whole(form, title).dump(1) + "\n";
}

}  // namespace lookahead
