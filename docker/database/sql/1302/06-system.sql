-- Settings of the whole installation, its administrators' log, what names things. Schema 1302 (2013).

CREATE TABLE system_settings (
  version VARCHAR(50),
  use_non_latin ENUM('0','1') DEFAULT '0',
  webroot_writable ENUM('0','1') DEFAULT '1',
  enable_queuemetrics_logging ENUM('0','1') DEFAULT '0',
  outbound_autodial_active ENUM('1','0') DEFAULT '1',
  auto_dial_limit VARCHAR(5) DEFAULT '4',
  user_territories_active ENUM('0','1') DEFAULT '0',
  enable_second_webform ENUM('0','1') DEFAULT '1',
  default_local_gmt VARCHAR(6) DEFAULT '-5.00',
  default_webphone ENUM('1','0') DEFAULT '0',
  default_external_server_ip ENUM('1','0') DEFAULT '0',
  default_phone_registration_password VARCHAR(20) DEFAULT 'test',
  default_phone_login_password VARCHAR(20) DEFAULT 'test',
  default_server_password VARCHAR(20) DEFAULT 'test',
  sounds_central_control_active ENUM('0','1') DEFAULT '0',
  active_voicemail_server VARCHAR(15) DEFAULT '',
  voicemail_timezones TEXT,
  default_voicemail_timezone VARCHAR(30) DEFAULT 'eastern',
  timeclock_end_of_day VARCHAR(4) DEFAULT '0000',
  db_schema_version INT(8) UNSIGNED DEFAULT 0,
  db_schema_update_date DATETIME,
  svn_revision INT(9) DEFAULT 0,
  reload_timestamp DATETIME,
  test_campaign_calls ENUM('0','1') DEFAULT '0',
  noanswer_log ENUM('Y','N') DEFAULT 'N',
  alt_log_server_ip VARCHAR(50) DEFAULT '',
  generate_cross_server_exten ENUM('0','1') DEFAULT '0',
  custom_dialplan_entry TEXT,
  enhanced_disconnect_logging ENUM('0','1') DEFAULT '0',
  require_password_length TINYINT(3) UNSIGNED DEFAULT 0,
  active_modules TEXT
) ENGINE=MyISAM;

CREATE TABLE vicidial_admin_log (
  admin_log_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  event_date DATETIME NOT NULL,
  user VARCHAR(20) NOT NULL,
  ip_address VARCHAR(15) NOT NULL,
  event_section VARCHAR(30) NOT NULL,
  event_type ENUM('ADD','COPY','LOAD','RESET','MODIFY','DELETE','SEARCH','LOGIN','LOGOUT','CLEAR','OVERRIDE','EXPORT','OTHER') DEFAULT 'OTHER',
  record_id VARCHAR(50) NOT NULL,
  event_code VARCHAR(255) NOT NULL,
  event_sql TEXT,
  event_notes TEXT,
  KEY user (user),
  KEY event_section (event_section),
  KEY record_id (record_id)
) ENGINE=MyISAM;

CREATE TABLE vicidial_override_ids (
  id_table VARCHAR(50) NOT NULL PRIMARY KEY,
  active ENUM('0','1') DEFAULT '1',
  value INT(9) DEFAULT 0
) ENGINE=MyISAM;

CREATE TABLE vicidial_status_categories (
  vsc_id VARCHAR(20) NOT NULL PRIMARY KEY,
  vsc_name VARCHAR(50),
  vsc_description VARCHAR(255),
  tovdad_display ENUM('Y','N') DEFAULT 'N',
  sale_category ENUM('Y','N') DEFAULT 'N',
  dead_lead_category ENUM('Y','N') DEFAULT 'N'
) ENGINE=MyISAM;

CREATE TABLE vicidial_scripts (
  script_id VARCHAR(20) NOT NULL PRIMARY KEY,
  script_name VARCHAR(50),
  script_comments VARCHAR(255),
  script_text TEXT,
  active ENUM('Y','N')
) ENGINE=MyISAM;

CREATE TABLE web_client_sessions (
  extension VARCHAR(100) NOT NULL,
  server_ip VARCHAR(15) NOT NULL,
  program ENUM('agc','vicidial','monitor','other') DEFAULT 'agc',
  start_time DATETIME NOT NULL,
  session_name VARCHAR(40) NOT NULL,
  UNIQUE KEY session_name (session_name)
) ENGINE=MEMORY;
