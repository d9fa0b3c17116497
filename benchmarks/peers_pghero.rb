# PgHero's suggested indexes for the database of libpq's environment variables: `ruby -I LIB... benchmarks/peers_pghero.rb`.
# LIB holds pghero, activerecord, pg and pg_query. Prints CREATE INDEX statements.

require "logger"
require "active_record"
require "pg_query"
require "pghero"

names = {host: "PGHOST", port: "PGPORT", username: "PGUSER", password: "PGPASSWORD", database: "PGDATABASE"}
settings = names.to_h { |key, name| [key, ENV[name]] }.compact.merge(adapter: "postgresql")
ActiveRecord::Base.establish_connection(settings)
PgHero.primary_database.suggested_indexes.each do |index|
  method = index[:using] ? " USING #{index[:using]}" : ""
  puts "CREATE INDEX ON #{index[:table]}#{method} (#{index[:columns].join(", ")});"
end
